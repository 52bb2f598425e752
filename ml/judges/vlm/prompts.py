"""What a vision-language model is asked about the region in the red box. A closed set each: one of a few words.

The paper shows regions to its baselines by boxes and takes numbers from a closed set, but prints no prompts; these
are Gullery's. The words are SEAGULL's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ml.vocabulary import DISTORTIONS, IMPORTANCES, QUALITIES, SEVERITIES

QUALITY: Final = "quality"
IMPORTANCE: Final = "importance"
CLEAN: Final = "clean"
NONE: Final = "none"
"""The sixth level of a distortion: it is not there."""


@dataclass(frozen=True, slots=True)
class Question:
    """`begun` is how the answer begins; the next word is one of `words`, level 0 first."""

    asked: str
    begun: str
    words: tuple[str, ...]


def _listed(words: Sequence[str]) -> str:
    return f"Answer with one word: {', '.join(words[:-1])} or {words[-1]}."


def _question(asked: str, begun: str, words: Sequence[str]) -> Question:
    return Question(f"{asked} {_listed(words)}", begun, tuple(words))


def _of_distortion(name: str) -> Question:
    return _question(
        f"How strong is the {name} distortion of the region inside the red box?",
        f"The {name} distortion is",
        (*SEVERITIES, NONE),
    )


QUESTIONS: Final[Mapping[str, Question]] = {
    QUALITY: _question("What is the quality of the region inside the red box?", "The quality is", QUALITIES),
    IMPORTANCE: _question(
        "How important is the region inside the red box to the quality of the whole image?",
        "This region is",
        IMPORTANCES,
    ),
    **{name: _of_distortion(name) for name in DISTORTIONS},
    CLEAN: _question(
        f"Is the region inside the red box free of distortions, that is of {', '.join(sorted(DISTORTIONS))}?",
        "The answer is",
        ("yes", "no"),
    ),
}
