"""Krippendorff's alpha: 1 - observed / expected disagreement, for any number of annotators and missing votes.

Krippendorff, Content Analysis (2018), chapter 12. A region with m votes puts each ordered pair of them into the
coincidence matrix with the weight 1 / (m - 1); regions with one vote say nothing.
"""

from typing import Literal

import numpy as np

from annotation.aggregation.ballots import Ballots, Floats, divide
from annotation.aggregation.estimates import RESAMPLES, SEED, UNKNOWN, Estimate
from annotation.aggregation.tables import Table, bootstrap, histograms_of, table_of

Metric = Literal["nominal", "ordinal", "interval"]
METRICS: tuple[Metric, ...] = ("nominal", "ordinal", "interval")
FIRM, TENTATIVE = 0.8, 0.667
"""Krippendorff's convention: firm from .8, tentative from .667, below that the scale or the training needs work."""


def alpha(table: Table, metric: Metric, resamples: int = RESAMPLES, seed: int = SEED) -> Estimate:
    """With its bootstrap interval over regions. Unknown without two votes on a region or when all votes are equal."""
    paired = table.where(table.votes > 1)
    if not len(paired.regions):
        return UNKNOWN
    each = _pairs_of_kinds(paired.counts)
    return bootstrap(paired, lambda weights: _of_coincidences(weights @ each, table.levels, metric), resamples, seed)


def alpha_of(ballots: Ballots, metric: Metric, resamples: int = RESAMPLES, seed: int = SEED) -> Estimate:
    return alpha(table_of(ballots), metric, resamples, seed)


def alpha_without_each(ballots: Ballots, metric: Metric) -> list[float | None]:
    """Alpha without each annotator's votes. Only the regions they voted on are counted anew."""
    levels, counts = histograms_of(ballots)
    column = np.searchsorted(levels, ballots.level)
    everything = coincidences(counts.astype(float)).ravel()
    order = np.argsort(ballots.annotator, kind="stable")
    bounds = np.searchsorted(ballots.annotator[order], np.arange(ballots.annotators + 1))
    left = np.empty((ballots.annotators, len(everything)))
    for annotator in range(ballots.annotators):
        own = order[bounds[annotator] : bounds[annotator + 1]]
        before = counts[ballots.region[own]].astype(float)
        after = before.copy()
        after[np.arange(len(own)), column[own]] -= 1
        left[annotator] = everything - (coincidences(before) - coincidences(after)).ravel()
    return [float(value) if np.isfinite(value) else None for value in _of_coincidences(left, levels, metric)]


def coincidences(counts: Floats) -> Floats:
    """The coincidence matrix of histograms, a row for each region."""
    votes = counts.sum(axis=1)
    weight = np.where(votes > 1, 1 / np.maximum(votes - 1, 1), 0.0)
    return np.asarray(counts.T @ (counts * weight[:, None]) - np.diag(weight @ counts))


def _pairs_of_kinds(counts: Floats) -> Floats:
    """The coincidence matrix of each row alone, flat."""
    rows, levels = counts.shape
    pairs = counts[:, :, None] * counts[:, None, :] - counts[:, :, None] * np.eye(levels)
    return np.asarray((pairs / (counts.sum(axis=1) - 1)[:, None, None]).reshape(rows, levels**2))


def _of_coincidences(flat: Floats, levels: Floats, metric: Metric) -> Floats:
    """Alpha of each row, NaN where no disagreement could be expected."""
    matrices = flat.reshape(len(flat), len(levels), len(levels))
    totals = matrices.sum(axis=2)
    votes = totals.sum(axis=1)
    distance = _distance(totals, levels, metric)
    observed = (matrices * distance).sum(axis=(1, 2))
    expected = np.einsum("bc,bck,bk->b", totals, distance, totals)
    return np.asarray(1 - divide((votes - 1) * observed, expected, empty=np.nan, least=1e-9))


def _distance(totals: Floats, levels: Floats, metric: Metric) -> Floats:
    """Squared distances of levels; those of ordinal ones depend on how often each level was used."""
    count = len(levels)
    if metric == "nominal":
        return np.broadcast_to(1.0 - np.eye(count), (len(totals), count, count))
    if metric == "interval":
        return np.broadcast_to((levels[:, None] - levels[None, :]) ** 2, (len(totals), count, count))
    middle = np.cumsum(totals, axis=1) - totals / 2
    return np.asarray((middle[:, :, None] - middle[:, None, :]) ** 2)
