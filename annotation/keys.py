"""The keys of the rating screen: what each does at first, and a person's own choice, read from plain text. No Django."""

from annotation.errors import InvalidInput

ACTIONS: dict[str, str] = {
    **{f"answer-{level}": str(level) for level in range(6)},
    "previous-row": "ArrowUp",
    "next-row": "ArrowDown",
    "clear": "Backspace",
    "submit": "Enter",
    "hide": "Space",
    "blink": "F",
    "centre": "C",
    "view": "V",
    "anchors": "A",
    "last-vote": "Z",
    "own-votes": "L",
    "cannot-judge": "X",
    "flag": "!",
    "guidelines": "G",
    "keys": "?",
}
"""Every action that can have a key, with the key it has at first. Digits mean the row of digits on any layout."""

NAMED = ("Space", "Enter", "Backspace", "Delete", "Insert", "Home", "End", "PageUp", "PageDown", "ArrowUp", "ArrowDown")
"""Keys without a sign of their own that may be chosen. Tab, Escape and the function keys are the browser's."""

_LONGEST = 2000


def keys_of(text: str) -> dict[str, str]:
    """The key of each action, "" for none: the first ones, changed as the text says.

    One `action = key` a line. Raises InvalidInput naming the line that is wrong, or the key that does two things.
    """
    if len(text) > _LONGEST:
        raise InvalidInput(f"The keys are at most {_LONGEST} characters of text.")
    chosen = dict(_read(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip())
    keys = ACTIONS | chosen
    _check_conflicts(keys)
    return keys


def as_text(keys: dict[str, str]) -> str:
    """Only what differs from the first keys, one line each."""
    return "\n".join(f"{action} = {key}" for action, key in keys.items() if key != ACTIONS[action])


def _read(number: int, line: str) -> tuple[str, str]:
    action, sign, key = (part.strip() for part in line.partition("="))
    if not sign:
        raise InvalidInput(f"Line {number} is not of the form “action = key”.")
    if action not in ACTIONS:
        raise InvalidInput(f"Line {number}: there is no such action; the actions are {', '.join(ACTIONS)}.")
    return action, _read_key(number, key)


def _read_key(number: int, key: str) -> str:
    """One sign as it is printed on the key, a named key, or nothing."""
    named = next((name for name in NAMED if name.lower() == key.lower()), None)
    if named or not key:
        return named or ""
    if len(key) != 1 or not key.isascii() or not key.isprintable() or key in "<>&\"'`":
        raise InvalidInput(f"Line {number}: a key is one letter, digit or sign, or one of {', '.join(NAMED)}.")
    return key.upper()


def _check_conflicts(keys: dict[str, str]) -> None:
    owners: dict[str, str] = {}
    for action, key in keys.items():
        if key and key in owners:
            raise InvalidInput(f"The key {key} would do two things: {owners[key]} and {action}.")
        owners[key] = action
