"""What hidden checks and clocks say of each annotator: gold answers, repeats, times."""

from dataclasses import dataclass

import numpy as np

from annotation.aggregation.ballots import Floats, Integers, divide, sums_by
from annotation.aggregation.robust import deviations_from_median

NEAR = 1.0
"""A gold answer counts as right within one level."""
TOO_FAST_MS, TOO_SLOW_MS = 4_000.0, 180_000.0


@dataclass(frozen=True, slots=True)
class Gold:
    """Answers to regions whose level experts know, an entry each."""

    annotator: Integers
    level: Floats
    expected: Floats


@dataclass(frozen=True, slots=True)
class Repeats:
    """Regions that one annotator judged twice without being told, an entry each."""

    annotator: Integers
    first: Floats
    second: Floats


@dataclass(frozen=True, slots=True)
class Times:
    """How long each vote took."""

    annotator: Integers
    milliseconds: Floats


@dataclass(frozen=True, slots=True)
class Pace:
    """Per annotator: shares of votes below TOO_FAST_MS and above TOO_SLOW_MS, the median, and how unusual that is.

    `unusual` counts robust standard deviations of the logarithm from the panel's median; below 0 is fast.
    """

    votes: Floats
    too_fast: Floats
    too_slow: Floats
    median_ms: Floats
    unusual: Floats


def gold_accuracy(gold: Gold, annotators: int) -> tuple[Floats, Floats]:
    """Answers, and the share of them within one level; 0 without answers."""
    answers = sums_by(gold.annotator, annotators)
    right = np.abs(gold.level - gold.expected) <= NEAR
    return answers, divide(sums_by(gold.annotator, annotators, right), answers)


def repeat_sd(repeats: Repeats, annotators: int) -> tuple[Floats, Floats]:
    """Repeats, and the standard deviation of one vote that they show: sqrt(mean(d^2) / 2)."""
    pairs = sums_by(repeats.annotator, annotators)
    squares = sums_by(repeats.annotator, annotators, (repeats.first - repeats.second) ** 2)
    return pairs, np.sqrt(divide(squares, pairs) / 2)


def weighted_kappa(first: Floats, second: Floats) -> float | None:
    """Cohen's kappa with quadratic weights; None when both sides are one and the same level, or empty."""
    if not len(first):
        return None
    expected = first.var() + second.var() + (first.mean() - second.mean()) ** 2
    return float(1 - ((first - second) ** 2).mean() / expected) if expected > 1e-12 else None


def pace(times: Times, annotators: int) -> Pace:
    """Times that were not taken (0 or less) are left out."""
    taken = times.milliseconds > 0
    who, spent = times.annotator[taken], times.milliseconds[taken]
    votes = sums_by(who, annotators)
    fast, slow = (sums_by(who, annotators, far) for far in (spent < TOO_FAST_MS, spent > TOO_SLOW_MS))
    medians = _medians(who, spent, annotators)
    unusual = np.zeros(annotators)
    unusual[votes > 0] = deviations_from_median(np.log(medians[votes > 0]))
    return Pace(votes, divide(fast, votes), divide(slow, votes), medians, unusual)


def _medians(group: Integers, values: Floats, groups: int) -> Floats:
    """0 of an empty group."""
    order = np.lexsort((values, group))
    counts = np.bincount(group, minlength=groups)
    starts = np.cumsum(counts) - counts
    some = counts > 0
    ordered, found = values[order], np.zeros(groups)
    low, high = starts[some] + (counts[some] - 1) // 2, starts[some] + counts[some] // 2
    found[some] = (ordered[low] + ordered[high]) / 2
    return found
