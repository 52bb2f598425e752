"""A confidence interval for the mean of a few votes that is never of zero width."""

import math
from dataclasses import dataclass
from functools import cache

from scipy.special import stdtrit

PRIOR_VOTES = 8
SOS = 0.0907
"""The SOS parameter a of variance = a * m * (top - m), as published for KonIQ-10k's vote histograms."""
LEAST_VARIANCE = 0.02


@dataclass(frozen=True, slots=True)
class Interval:
    low: float
    high: float

    @property
    def half_width(self) -> float:
        return (self.high - self.low) / 2


@cache
def _quantile(degrees: int) -> float:
    """The 97.5 % point of Student's t."""
    return float(stdtrit(degrees, 0.975))


def shrunk_variance(mean: float, variance: float, votes: int, top: int, sos: float = SOS) -> float:
    """The votes' sample variance, shrunk towards the SOS curve as if PRIOR_VOTES more votes lay on it."""
    prior = sos * mean * (top - mean)
    pooled = (PRIOR_VOTES * prior + (votes - 1) * variance) / (PRIOR_VOTES + votes - 1)
    return max(pooled, LEAST_VARIANCE)


def interval(mean: float, variance: float, votes: int, top: int, sos: float = SOS) -> Interval:
    """The empirical-Bayes 95 % interval of a mean on 0..top, clipped to the scale.

    `variance` is the sample variance (divisor n - 1); with one vote it is not looked at.
    """
    deviation = math.sqrt(shrunk_variance(mean, variance if votes > 1 else 0.0, votes, top, sos))
    half = _quantile(PRIOR_VOTES + votes - 1) * deviation / math.sqrt(votes)
    return Interval(max(0.0, mean - half), min(float(top), mean + half))
