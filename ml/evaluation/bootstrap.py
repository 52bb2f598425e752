"""Intervals that respect that regions of one photograph are alike: whole photographs are drawn, not regions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.intp]
ROUNDS = 1000
SHARE = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A score of the whole set, and the ends of its interval."""

    value: float
    low: float
    high: float


def estimate(
    score: Callable[[Rows], float],
    clusters: Sequence[str],
    *,
    seed: int = 1,
    rounds: int = ROUNDS,
    share: float = SHARE,
) -> Estimate:
    """`score` of all rows with its percentile interval over `rounds` draws of clusters with replacement.

    `score` takes row numbers, some more than once. With a single cluster the interval is the value itself: one
    photograph says nothing about others. Deterministic for a seed.
    """
    members = _members(clusters)
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, len(members), size=(rounds, len(members)))
    scores = [score(np.concatenate([members[number] for number in numbers])) for numbers in drawn]
    low, high = np.quantile(scores, [(1 - share) / 2, (1 + share) / 2])
    return Estimate(score(np.arange(len(clusters))), float(low), float(high))


def _members(clusters: Sequence[str]) -> list[Rows]:
    """The row numbers of each cluster, clusters in order of name."""
    _, cluster, sizes = np.unique(np.asarray(clusters), return_inverse=True, return_counts=True)
    return np.split(np.argsort(cluster, kind="stable"), np.cumsum(sizes)[:-1])
