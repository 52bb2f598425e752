"""A number with its 95 % interval."""

import math
from dataclasses import dataclass

import numpy as np

from annotation.aggregation.ballots import Floats

RESAMPLES = 1000
"""Bootstrap samples for an interval."""
SEED = 1
Z = 1.959964
"""The 97.5 % point of the normal distribution."""
TAIL = 0.025
LEAST_DRAWN = 5
"""Photographs (or regions) to draw from: fewer say nothing of how much others would differ."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """All None when the votes cannot tell; the bounds alone None when they cannot tell how sure the value is."""

    value: float | None
    low: float | None = None
    high: float | None = None


UNKNOWN = Estimate(None)


def percentiles(value: float | None, resampled: Floats, drawn: int, tail: float = TAIL) -> Estimate:
    """The bootstrap's percentile interval; samples that could not tell (NaN) are left out.

    `drawn` is how many photographs (or regions) the samples were drawn from: without an interval below LEAST_DRAWN.
    """
    known = resampled[np.isfinite(resampled)]
    if value is None or not np.isfinite(value):
        return UNKNOWN
    if drawn < LEAST_DRAWN or len(known) < len(resampled) / 2 or not len(known):
        return Estimate(float(value))
    low, high = np.quantile(known, [tail, 1 - tail])
    return Estimate(float(value), float(low), float(high))


def tail_of(drawn: int) -> float:
    """The share of samples beyond each end: 2.5 % of many, less of few.

    Samples vary by (n - 1) / n of what they should, and few tell little of how much that is; so the ends lie as far out as
    Student's t would put them. Hesterberg, "What teachers should know about the bootstrap" (2015).
    """
    from scipy.special import ndtr, stdtrit  # slow import

    return float(ndtr(-math.sqrt(drawn / (drawn - 1)) * stdtrit(drawn - 1, 0.975)))
