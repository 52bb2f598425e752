"""What probabilities of levels say in a number and a word."""

from collections.abc import Sequence
from dataclasses import dataclass

from annotation.aggregation.levels import CLASSES
from annotation.scales import DISTORTIONS, WORDS

BEST = CLASSES - 1
THERE = 0.5
"""A distortion is named when it is likelier there than not."""


@dataclass(frozen=True, slots=True)
class Reading:
    """`mean` is of the levels 0..4: of a distortion its severity where there is one. `there` is 1 for the other scales."""

    mean: float
    there: float
    word: str


def read_scale(scale: str, probabilities: Sequence[float]) -> Reading:
    """Of one of SCALES, its levels' probabilities from level 0 on."""
    words = WORDS[scale]
    if scale not in DISTORTIONS:
        mean = mean_level(probabilities)
        return Reading(mean, 1.0, words[class_of(mean)])
    there = sum(probabilities[:CLASSES])
    mean = mean_level(probabilities[:CLASSES]) / there if there > 0 else float(BEST)
    return Reading(mean, there, words[class_of(mean)] if there >= THERE else words[-1])


def mean_level(probabilities: Sequence[float]) -> float:
    return sum(level * share for level, share in enumerate(probabilities))


def class_of(mean: float) -> int:
    """Eq. 1 with M = 4: the smallest i with 5 * mean <= 4 * (i + 1), with room for the rounding of a mean of floats."""
    return next((level for level in range(BEST) if CLASSES * mean <= BEST * (level + 1) + 1e-6), BEST)
