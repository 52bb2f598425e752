"""The middle of a panel that a few bad annotators cannot move."""

import numpy as np

from annotation.aggregation.ballots import Floats

NORMAL_MAD = 1.4826
"""The median absolute deviation times this is the standard deviation of normal numbers."""
_NARROWEST = 1e-9


def spread_of(values: Floats) -> float:
    """The robust standard deviation; 0 without values."""
    return float(NORMAL_MAD * np.median(np.abs(values - np.median(values)))) if len(values) else 0.0


def below_the_rest(values: Floats, most: float, spreads: float = 3.0) -> float:
    """The threshold min(most, median - spreads * robust sd)."""
    return min(most, float(np.median(values)) - spreads * spread_of(values)) if len(values) else most


def deviations_from_median(values: Floats) -> Floats:
    """In robust standard deviations; 0 where most values are the same."""
    spread = spread_of(values)
    return (values - np.median(values)) / spread if spread > _NARROWEST else np.zeros(len(values))
