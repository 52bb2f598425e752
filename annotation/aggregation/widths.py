"""The empirical-Bayes interval of `intervals` for many histograms at once, before it is clipped to the scale."""

import numpy as np

from annotation.aggregation.ballots import Floats
from annotation.aggregation.doubt import Counts
from annotation.aggregation.intervals import LEAST_VARIANCE, PRIOR_VOTES, SOS
from annotation.aggregation.labels import SCORE_TOP


def half_widths(counts: Counts, sos: float = SOS) -> Floats:
    """Half of each row's 95 % interval of the mean of levels 0 to 4; infinite without votes."""
    from scipy.special import stdtrit  # slow import

    votes, means = counts.sum(axis=1), mean_levels(counts)
    squares = (counts * (np.arange(counts.shape[1]) - means[:, None]) ** 2).sum(axis=1)
    prior = sos * means * (SCORE_TOP - means)
    freedom = PRIOR_VOTES + np.maximum(votes - 1, 0)
    variance = np.maximum((PRIOR_VOTES * prior + squares) / freedom, LEAST_VARIANCE)
    half = stdtrit(freedom, 0.975) * np.sqrt(variance / np.maximum(votes, 1))
    return np.where(votes > 0, half, np.inf)


def mean_levels(counts: Counts) -> Floats:
    """0 without votes."""
    return np.asarray(counts @ np.arange(counts.shape[1]) / np.maximum(counts.sum(axis=1), 1))
