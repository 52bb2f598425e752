"""Krippendorff's alpha: 1 - observed / expected disagreement, for any number of annotators and missing votes.

Krippendorff, Content Analysis (2018), chapter 12. A region with m votes puts each ordered pair of them into the
coincidence matrix with the weight 1 / (m - 1); regions with one vote say nothing.
"""

from functools import partial
from typing import Literal

import numpy as np

from annotation.aggregation.ballots import Ballots, Floats, divide
from annotation.aggregation.estimates import RESAMPLES, SEED, UNKNOWN, Estimate
from annotation.aggregation.tables import Table, bootstrap, histograms_of

Metric = Literal["nominal", "ordinal", "interval"]
METRICS: tuple[Metric, ...] = ("nominal", "ordinal", "interval")


def alpha(table: Table, metric: Metric, resamples: int = RESAMPLES, seed: int = SEED) -> Estimate:
    """With its bootstrap interval over regions. Unknown without two votes on a region or when all votes are equal."""
    paired = table.where(table.votes > 1)
    if not len(paired.regions):
        return UNKNOWN
    statistic = partial(_nominal if metric == "nominal" else _on_a_line, paired, metric)
    return bootstrap(paired, statistic, resamples, seed)


def alpha_without_each(ballots: Ballots, metric: Metric) -> list[float | None]:
    """Alpha without each annotator's votes. Only the regions they voted on are counted anew."""
    levels, counts = histograms_of(ballots)
    column = np.searchsorted(levels, ballots.level)
    everything = coincidences(counts.astype(float))
    order = np.argsort(ballots.annotator, kind="stable")
    bounds = np.searchsorted(ballots.annotator[order], np.arange(ballots.annotators + 1))
    found = []
    for annotator in range(ballots.annotators):
        own = order[bounds[annotator] : bounds[annotator + 1]]
        before = counts[ballots.region[own]].astype(float)
        after = before.copy()
        after[np.arange(len(own)), column[own]] -= 1
        left = everything - coincidences(before) + coincidences(after)
        found.append(_of_coincidences(left, levels, metric))
    return found


def coincidences(counts: Floats) -> Floats:
    """The coincidence matrix of histograms, a row for each region."""
    votes = counts.sum(axis=1)
    weight = np.where(votes > 1, 1 / np.maximum(votes - 1, 1), 0.0)
    return np.asarray(counts.T @ (counts * weight[:, None]) - np.diag(weight @ counts))


def _nominal(table: Table, _: Metric, weights: Floats) -> Floats:
    """From the pairs on one region that differ."""
    differing = (table.votes**2 - (table.counts**2).sum(axis=1)) / (table.votes - 1)
    totals = weights @ table.counts
    votes = totals.sum(axis=1)
    return _beyond_chance(votes, weights @ differing, votes**2 - (totals**2).sum(axis=1))


def _on_a_line(table: Table, metric: Metric, weights: Floats) -> Floats:
    """Each level has a place, so squared differences of pairs are variances: no matrix of pairs is needed.

    The place of an ordinal level is its mean rank, which depends on how often each level was used.
    """
    totals = weights @ table.counts
    votes = totals.sum(axis=1)
    ranks = (np.cumsum(totals, axis=1) - totals / 2) / votes[:, None]
    places = ranks if metric == "ordinal" else np.broadcast_to(table.levels, totals.shape)
    places = places - ((totals * places).sum(axis=1) / votes)[:, None]
    weighed = weights * (2 / (table.votes - 1))
    observed = ((weighed * table.votes) @ table.counts * places**2).sum(axis=1)
    observed -= (weighed * (places @ table.counts.T) ** 2).sum(axis=1)
    return _beyond_chance(votes, observed, 2 * votes * (totals * places**2).sum(axis=1))


def _beyond_chance(votes: Floats, observed: Floats, expected: Floats) -> Floats:
    """NaN where no disagreement could be expected."""
    return np.asarray(1 - divide((votes - 1) * observed, expected, empty=np.nan, least=1e-9))


def _of_coincidences(matrix: Floats, levels: Floats, metric: Metric) -> float | None:
    totals = matrix.sum(axis=1)
    distance = _distance(totals, levels, metric)
    expected = totals @ distance @ totals
    found = _beyond_chance(totals.sum(), (matrix * distance).sum(), expected)
    return float(found) if np.isfinite(found) else None


def _distance(totals: Floats, levels: Floats, metric: Metric) -> Floats:
    """Squared distances of levels; those of ordinal ones depend on how often each level was used."""
    if metric == "nominal":
        return np.asarray(1.0 - np.eye(len(levels)))
    places = np.cumsum(totals) - totals / 2 if metric == "ordinal" else levels
    return np.asarray((places[:, None] - places[None, :]) ** 2)
