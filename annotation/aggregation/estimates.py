"""A number with its 95 % interval."""

from dataclasses import dataclass

import numpy as np

from annotation.aggregation.ballots import Floats

RESAMPLES = 1000
"""Bootstrap samples for an interval."""
SEED = 1
Z = 1.959964
"""The 97.5 % point of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """All None when the votes cannot tell; the bounds alone None when they cannot tell how sure the value is."""

    value: float | None
    low: float | None = None
    high: float | None = None


UNKNOWN = Estimate(None)


def percentiles(value: float | None, resampled: Floats) -> Estimate:
    """The bootstrap's percentile interval; samples that could not tell (NaN) are left out."""
    known = resampled[np.isfinite(resampled)]
    if value is None or not np.isfinite(value):
        return UNKNOWN
    if len(known) < len(resampled) / 2 or not len(known):
        return Estimate(float(value))
    low, high = np.percentile(known, [2.5, 97.5])
    return Estimate(float(value), float(low), float(high))
