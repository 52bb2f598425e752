"""Test-then-train: how near what a model said before the first vote came to what people said afterwards."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LARGEST, LEAST = 200, 30
"""Labels in a window."""
SIGMAS = 3.0


@dataclass(frozen=True, slots=True)
class Score:
    """`srocc` is none when one side does not vary or there are fewer than LEAST; `mae` is in levels."""

    labels: int
    srocc: float | None
    mae: float


@dataclass(frozen=True, slots=True)
class Point:
    """The window of `score` ends with label number `at`."""

    at: int
    score: Score


@dataclass(frozen=True, slots=True)
class Alarm:
    """The mean absolute error of the last `labels` labels, and of all before them; in levels."""

    labels: int
    now: float
    before: float


def window_size(labels: int) -> int:
    """A fifth of the labels, from LEAST to LARGEST."""
    return min(LARGEST, max(LEAST, labels // 5))


def curve_of(predicted: Floats, said: Floats, numbers: Sequence[int]) -> list[Point]:
    """Scores of windows that move by a quarter of their length, the last one up to the last label; oldest first.

    `numbers` are the labels' own. Nothing below LEAST labels.
    """
    labels = len(numbers)
    if labels < LEAST:
        return []
    size = window_size(labels)
    ends = sorted({*range(size, labels + 1, size // 4), labels})
    return [Point(numbers[end - 1], score_of(predicted[end - size : end], said[end - size : end])) for end in ends]


def score_of(predicted: Floats, said: Floats) -> Score:
    """Raises ValueError without labels."""
    if not len(said):
        raise ValueError("There is no score without labels.")
    correlation = rank_correlation(predicted, said) if len(said) >= LEAST else None
    return Score(len(said), correlation, float(np.abs(predicted - said).mean()))


def rank_correlation(left: Floats, right: Floats) -> float | None:
    """Spearman's, ties sharing their mean rank."""
    ranks, others = _ranks(left), _ranks(right)
    if np.ptp(ranks) == 0 or np.ptp(others) == 0:
        return None
    return float(np.corrcoef(ranks, others)[0, 1])


def alarm_of(predicted: Floats, said: Floats) -> Alarm | None:
    """When the last window's mean absolute error is above that of all before by three standard errors of their difference.

    None while there are fewer than LEAST labels before it.
    """
    errors = np.abs(predicted - said)
    size = window_size(len(errors))
    before, last = errors[:-size], errors[-size:]
    if len(before) < LEAST:
        return None
    doubt = math.sqrt(last.var(ddof=1) / len(last) + before.var(ddof=1) / len(before))
    found = Alarm(size, float(last.mean()), float(before.mean()))
    return found if found.now - found.before > SIGMAS * doubt else None


def ceiling_of(votes: Floats, sums: Floats, squares: Floats) -> float | None:
    """The correlation with the labels that no model can be expected to exceed: sqrt of the reliability of their means.

    From each region's number of votes, their sum and the sum of their squares: the unbalanced one-way ICC(1,1), stepped up
    to each region's own number of votes. None where the votes cannot tell (one region, or one vote each).
    """
    regions, total = len(votes), votes.sum()
    if regions < 2 or total <= regions:
        return None
    within = float((squares - sums**2 / votes).sum() / (total - regions))
    between = float((votes * (sums / votes - sums.sum() / total) ** 2).sum() / (regions - 1))
    typical = (total - (votes**2).sum() / total) / (regions - 1)
    spread = between + (typical - 1) * within
    one_vote = max((between - within) / spread, 0.0) if spread > 0 else 0.0
    return math.sqrt(float((votes * one_vote / (1 + (votes - 1) * one_vote)).mean()))


def _ranks(values: Floats) -> Floats:
    _, group, counts = np.unique(values, return_inverse=True, return_counts=True)
    middle: Floats = np.cumsum(counts) - (counts - 1) / 2
    return middle[group]
