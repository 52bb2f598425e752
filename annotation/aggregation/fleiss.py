"""Kappa for many annotators: agreement beyond chance on names, blind to their order.

Fleiss (1971), for unequal numbers of votes the mean over regions; Randolph (2005) takes every level as equally likely.
Reads low where one level is common: for distortions that most regions lack, alpha says more.
"""

from dataclasses import dataclass

import numpy as np

from annotation.aggregation.ballots import Floats, divide
from annotation.aggregation.estimates import RESAMPLES, SEED, UNKNOWN, Estimate
from annotation.aggregation.tables import Table, bootstrap


@dataclass(frozen=True, slots=True)
class Kappa:
    """`agreeing` is the share of pairs of votes on one region that agree."""

    fleiss: Estimate
    randolph: Estimate
    agreeing: float | None


def kappa(table: Table, levels: int | None, resamples: int = RESAMPLES, seed: int = SEED) -> Kappa:
    """`levels` is how many the scale has, None where it has no few: then nobody knows what chance would do (Randolph).

    Regions with one vote say nothing.
    """
    paired = table.where(table.votes > 1)
    if not len(paired.regions):
        return Kappa(UNKNOWN, UNKNOWN, None)
    votes = paired.votes
    agreeing = (paired.counts * (paired.counts - 1)).sum(axis=1) / (votes * (votes - 1))

    def fleiss(weights: Floats) -> Floats:
        shares = weights @ paired.counts / (weights @ votes)[:, None]
        return _beyond(weights @ agreeing / weights.sum(axis=1), (shares**2).sum(axis=1))

    def randolph(weights: Floats) -> Floats:
        return _beyond(weights @ agreeing / weights.sum(axis=1), np.full(len(weights), 1 / (levels or 1)))

    return Kappa(
        bootstrap(paired, fleiss, resamples, seed),
        bootstrap(paired, randolph, resamples, seed) if levels else UNKNOWN,
        float(paired.regions @ agreeing / paired.regions.sum()),
    )


def _beyond(observed: Floats, expected: Floats) -> Floats:
    """NaN where chance explains everything."""
    return divide(observed - expected, 1 - expected, empty=np.nan, least=1e-12)
