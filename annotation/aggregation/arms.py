"""What else differs between votes with a guess in sight and votes without: how people agree, and how long they look."""

from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from annotation.aggregation.anchoring import LEAST_REGIONS, Effect, Looks, Numbers, numbered, per_region, ratio

LEAST_PEOPLE = 3
LEAST_VOTES = 5
"""Of a person in each arm, before their times are compared."""


@dataclass(frozen=True, slots=True)
class Spread:
    """The mean variance of votes on one region in each arm. Less variance is more agreement, not more truth."""

    shown: float
    hidden: float
    change: Effect


def spread_of(looks: Looks) -> Spread | None:
    """From regions with two votes or more in both arms; None when they are few."""
    looks = numbered(looks)
    if not len(looks.vote):
        return None
    (some, shown), (others, hidden) = _variances(looks, looks.shown), _variances(looks, ~looks.shown)
    both = (some > 1) & (others > 1)
    if both.sum() < LEAST_REGIONS:
        return None
    change = _mean((shown - hidden)[both])
    return Spread(float(shown[both].mean()), float(hidden[both].mean()), change)


def time_of(annotator: NDArray[np.int64], shown: NDArray[np.bool_], milliseconds: Numbers) -> Effect | None:
    """Time with a guess in sight as a multiple of time without: each person's two medians, people's ratios averaged as logs.

    None with fewer than LEAST_PEOPLE who have LEAST_VOTES timed votes in each arm.
    """
    logs = []
    for person in np.unique(annotator):
        one = (annotator == person) & (milliseconds > 0)
        if min((one & shown).sum(), (one & ~shown).sum()) >= LEAST_VOTES:
            logs.append(np.log(np.median(milliseconds[one & shown]) / np.median(milliseconds[one & ~shown])))
    if len(logs) < LEAST_PEOPLE:
        return None
    mean = _mean(np.array(logs))
    return Effect(exp(mean.value), exp(mean.low), exp(mean.high), mean.compared)


def _variances(looks: Looks, chosen: NDArray[np.bool_]) -> tuple[Numbers, Numbers]:
    """Per region: votes in an arm and their sample variance."""
    vote = looks.vote[chosen]
    votes = per_region(looks, chosen, np.ones(len(vote)))
    mean = ratio(per_region(looks, chosen, vote), votes)
    squares = per_region(looks, chosen, (vote - mean[looks.region[chosen]]) ** 2)
    return votes, ratio(squares, votes - 1)


def _mean(numbers: Numbers) -> Effect:
    """With Student's interval."""
    count, middle = len(numbers), float(numbers.mean())
    half = float(stdtrit(count - 1, 0.975) * numbers.std(ddof=1) / count**0.5)
    return Effect(middle, middle - half, middle + half, count)
