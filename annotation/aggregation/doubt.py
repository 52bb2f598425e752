"""How sure a label is beyond its mean: with or without, soft labels, two camps."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from annotation.aggregation.ballots import Flags, Floats, Integers

PSEUDO_COUNT = 0.5
"""Added to each level of a soft label; exports declare it."""
CAMP, APART = 2, 3
"""Two camps are so many votes on each of two levels so far apart."""

Counts = Integers | Floats


@dataclass(frozen=True, slots=True)
class Doubt:
    """Of one scale of one region. `with_it` is None where there is nothing to be with or without.

    `entropy` is a share of what all levels equally often would have; `camps` says that the votes lie in two groups.
    """

    with_it: float | None
    soft: tuple[float, ...]
    entropy: float
    camps: bool

    @property
    def sureness(self) -> float | None:
        """Of whichever of with and without is the likelier."""
        return None if self.with_it is None else max(self.with_it, 1 - self.with_it)


def doubt_of(histogram: Sequence[int], *, distortion: bool) -> Doubt:
    """Of a distortion the last level says that there is none."""
    counts = np.asarray(histogram)[None, :]
    probability = float(with_it(counts)[0]) if distortion else None
    soft = tuple(float(share) for share in soft_labels(counts)[0])
    return Doubt(probability, soft, float(entropy(counts)[0]), bool(camps(counts)[0]))


def with_it(counts: Counts) -> Floats:
    """The probability that most people would say with: a flat Beta prior on the share, the last level is without."""
    from scipy.special import betainc  # slow import

    without, votes = counts[:, -1], counts.sum(axis=1)
    return np.asarray(betainc(1.0 + without, 1.0 + votes - without, 0.5))


def soft_labels(counts: Counts, pseudo_count: float = PSEUDO_COUNT) -> Floats:
    """The posterior mean of each level's share."""
    padded = counts + pseudo_count
    return np.asarray(padded / padded.sum(axis=1, keepdims=True))


def entropy(counts: Counts) -> Floats:
    """Of the votes' distribution, 0 when they are unanimous and 1 when all levels are as frequent; 0 without votes."""
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    logs = np.log(shares, out=np.zeros(shares.shape), where=shares > 0)
    return np.asarray(np.abs((shares * logs).sum(axis=1)) / math.log(counts.shape[1]))


def camps(counts: Counts) -> Flags:
    """At least CAMP votes on each of two levels at least APART."""
    large = counts >= CAMP
    seen = np.maximum.accumulate(large, axis=1)
    return np.asarray((large[:, APART:] & seen[:, :-APART]).any(axis=1))
