"""Bias and inconsistency of people whose votes do not count: their votes against the scores that the others' votes make."""

from dataclasses import replace

import numpy as np

from annotation.aggregation.ballots import Ballots, divide
from annotation.aggregation.recovery import Recovered, bounds_of_sd, quantiles_of_t


def with_outsiders(found: Recovered, outside: Ballots) -> Recovered:
    """`outside` has the votes of people who have none in `found`. Scores stay; their variances are shrunk as the others'."""
    known = outside.where(np.isfinite(found.score[outside.region]))
    votes = known.per_annotator()
    away = known.level - found.score[known.region]
    bias = divide(known.per_annotator(away), votes)
    squares = known.per_annotator((away - bias[known.annotator]) ** 2)
    variance = divide(squares + found.prior_votes * found.prior_sd**2, votes + found.prior_votes)
    half = quantiles_of_t(votes + found.prior_votes - 1) * np.sqrt(divide(variance, votes))
    low, high = bounds_of_sd(np.sqrt(variance), votes + found.prior_votes)
    new = votes > 0
    return replace(
        found,
        bias=np.where(new, bias, found.bias),
        bias_low=np.where(new, bias - half, found.bias_low),
        bias_high=np.where(new, bias + half, found.bias_high),
        inconsistency=np.where(new, np.sqrt(variance), found.inconsistency),
        inconsistency_low=np.where(new, low, found.inconsistency_low),
        inconsistency_high=np.where(new, high, found.inconsistency_high),
    )
