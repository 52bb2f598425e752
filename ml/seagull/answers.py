"""The sentences a SEAGULL model answers with (paper, section 3.3): written for training, read back from any text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from ml.vocabulary import DISTORTIONS, IMPORTANCES, QUALITIES, SEVERITIES

Found = tuple[str | None, str]
"""(severity, distortion); no severity where only the type was said."""
WITHOUT: Final = "Without distortions."
YES: Final = "Yes."
END: Final = "</s>"


def _one_of(words: Sequence[str]) -> str:
    return "|".join(words)


QUALITY: Final = re.compile(rf"\bquality is ({_one_of(QUALITIES)})\b")
IMPORTANCE: Final = re.compile(rf"\bregion is ({_one_of(IMPORTANCES)})\b")
TYPE: Final = _one_of(DISTORTIONS)
DISTORTION: Final = re.compile(rf"\b(?:({_one_of(SEVERITIES)})\s+)?({TYPE})\b")
NOT: Final = r"\b(?:no|not|nor|neither|never|without|lacks?|(?:lack|absence|free) (?:of|from)) "
BETWEEN: Final = (
    r"(?:(?:an?|any|the|in|by|of|from|signs?|traces?|visible|obvious|noticeable|significant|have|show|contain|suffer|"
    r"affected) )*"
)
"""Words that may stand between a `no` and what it denies. After any other, as in "no doubt about blur", nothing is denied."""
ONE: Final = rf"(?:(?:{_one_of(SEVERITIES)}) )?(?:{TYPE})\b"
OTHERS: Final = rf"(?:,? n?or {BETWEEN}{ONE}|(?:,|,? and) (?:{TYPE})\b)*"
"""`no blur or severe noise` denies both, `no blur and severe noise` only the first."""
ABSENT: Final = re.compile(
    rf"{NOT}{BETWEEN}{ONE}{OTHERS}|\b(?:{TYPE})(?: (?:is|are) (?:absent|not (?:present|visible|there))|[ -]free)\b"
)
CLEAN: Final = re.compile(r"\b(?:without|no|not have|free (?:of|from)) (?!other|further|more)(?:\w+ )?distortions?\b")
VERDICT: Final = re.compile(r"\W*(yes|no)\b")
GONE: Final = "_"
"""In place of what a text denies; a letter to the patterns, so that nothing joins across it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says; None, empty or False where it says nothing.

    After a `no` the other fields hold the correction. `flags` is a subset of {"clean_with_types", "type_twice"}.
    """

    quality: str | None = None
    importance: str | None = None
    distortions: tuple[Found, ...] = ()
    clean: bool = False
    verdict: Literal["yes", "no"] | None = None
    flags: frozenset[str] = frozenset()


def quality_sentence(word: str) -> str:
    return f"The quality is {word}."


def importance_sentence(word: str) -> str:
    return f"This region is {word} to the overall quality."


def distortion_sentence(found: Sequence[tuple[str, str]]) -> str:
    """`With minor colorfulness and trivial contrast distortions.`, types in the alphabet's order."""
    ordered = sorted(found, key=lambda pair: pair[1])
    return f"With {joined([f'{severity} {name}' for severity, name in ordered])} distortions." if found else WITHOUT


def corrected_quality(word: str) -> str:
    return f"No. {quality_sentence(word)}"


def corrected_importance(word: str) -> str:
    """Published with `image quality` where the analysis has `overall quality`."""
    return f"No. This region is {word} to the image quality."


def corrected_distortion(types: Sequence[str]) -> str:
    return f"No. The region is in {joined(sorted(types))}." if types else f"No. {WITHOUT}"


def joined(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]


def parse(text: str) -> Reading:
    """Reads any text: in lower case, first mention first; types win over `without`; a type said twice counts once.

    A type that is denied (`no blur`, `without noise`) is not there, and says nothing of the others; `no distortions` is clean.
    """
    plain = " ".join(
        text.lower().replace("’", "'").replace("n't", " not").split()
    )  # one space: nothing to search twice
    said, without = CLEAN.subn(GONE, ABSENT.sub(GONE, plain))
    quality, importance, verdict = QUALITY.search(said), IMPORTANCE.search(said), VERDICT.match(said)
    mentions = [(severity or None, name) for severity, name in DISTORTION.findall(said)]
    distortions = _first_of_each_type(mentions)
    flags = {"clean_with_types"} if without and distortions else set()
    if len(distortions) < len(mentions):
        flags.add("type_twice")
    return Reading(
        quality=quality[1] if quality else None,
        importance=importance[1] if importance else None,
        distortions=distortions,
        clean=without > 0 and not distortions,
        verdict=None if verdict is None else "yes" if verdict[1] == "yes" else "no",
        flags=frozenset(flags),
    )


def tidy(text: str) -> str:
    """The published post-processing: up to `</s>`, after the first colon, sentences until one comes again."""
    kept = text.strip().split(END)[0]
    sentences = [sentence.strip() for sentence in kept.split(":", 1)[-1].split(".")]
    fresh: list[str] = []
    for sentence in filter(None, sentences):
        if sentence in fresh:
            break
        fresh.append(sentence)
    return ". ".join(fresh) + "." if fresh else ""


def _first_of_each_type(mentions: Sequence[Found]) -> tuple[Found, ...]:
    first: dict[str, Found] = {}
    for mention in mentions:
        first.setdefault(mention[1], mention)
    return tuple(first.values())
