import pytest

from annotation.errors import InvalidInput
from annotation.keys import ACTIONS, as_text, keys_of


def test_the_first_keys_do_one_thing_each() -> None:
    assert keys_of("") == ACTIONS
    assert len(set(ACTIONS.values())) == len(ACTIONS)


def test_a_line_changes_one_key_and_only_what_differs_is_kept() -> None:
    keys = keys_of("blink = b\n\n  clear=Delete  \nflag =\nhide = space\nview = =")

    assert keys == ACTIONS | {"blink": "B", "clear": "Delete", "flag": "", "view": "="}
    assert as_text(keys) == "clear = Delete\nblink = B\nview = =\nflag = "
    assert keys_of(as_text(keys)) == keys


def test_two_actions_may_change_places() -> None:
    assert keys_of("blink = C\ncentre = F") == ACTIONS | {"blink": "C", "centre": "F"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("blink", "Line 1 is not of the form “action = key”."),
        ("\nfly = f", "Line 2: there is no such action; the actions are answer-0, "),
        ("blink = Tab", "Line 1: a key is one letter, digit or sign, or one of Space, "),
        ("blink = é", "Line 1: a key is one letter"),
        ("blink = <", "Line 1: a key is one letter"),
        ("blink = <b>", "Line 1: a key is one letter"),
        ("blink = \x00", "Line 1: a key is one letter"),
        ("blink = c", "The key C would do two things: blink and centre."),
        ("clear = enter", "The key Enter would do two things: clear and submit."),
        ("x" * 2001, "The keys are at most 2000 characters of text."),
    ],
)
def test_what_makes_no_sense_is_named(text: str, message: str) -> None:
    with pytest.raises(InvalidInput) as error:
        keys_of(text)

    assert error.value.message[: len(message)] == message
