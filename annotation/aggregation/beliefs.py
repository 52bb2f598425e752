"""What everybody would say about each region, as far as its votes and the rest of the study tell: draws for forecasts.

Scores are normal between regions, fitted by moments, and votes around them follow the panel's SOS curve. Shares of people who
say without a distortion may lie in any way between regions: a mixture on a grid, fitted by EM.
"""

from dataclasses import dataclass

import numpy as np

from annotation.aggregation.ballots import Floats, Integers
from annotation.aggregation.gsd import votes_of_sos
from annotation.aggregation.icc import OneWay, one_way
from annotation.aggregation.intervals import SOS
from annotation.aggregation.labels import SCORE_TOP
from annotation.aggregation.levels import CLASSES
from annotation.aggregation.sos import own_sos
from annotation.aggregation.tables import table_of_counts
from annotation.aggregation.widths import mean_levels

USUAL_MEAN, USUAL_SD = 2.1, 0.55
"""Of the regions' scores when nothing is known; about what KonIQ-10k's photographs have, on levels 0 to 4."""
USUAL_VARIANCE = 0.33
LEAST_REGIONS = 20
"""With two votes or more; fewer say nothing of the rest."""
SHARES = (np.arange(30) + 0.5) / 30
FLAT_REGIONS = 10.0
"""What it is worth that any share is as likely as any other."""
_INSIDE = 0.02
_PASSES = 100


@dataclass(frozen=True, slots=True)
class Belief:
    """Of one scale: each region's score (mean and sd), the panel's noise, and for distortions each region's probabilities of
    the shares on SHARES.
    """

    means: Floats
    sds: Floats
    sos: float
    without: Floats | None

    def draw(self, chance: np.random.Generator) -> Floats:
        """Shares of levels, a row for each region."""
        means = np.clip(chance.normal(self.means, self.sds), _INSIDE, SCORE_TOP - _INSIDE)
        graded = votes_of_sos(means, self.sos)
        if self.without is None:
            return graded
        place = (self.without.cumsum(axis=1) < chance.random((len(means), 1))).sum(axis=1)
        share = SHARES[np.minimum(place, len(SHARES) - 1)][:, None]
        return np.hstack([graded * (1 - share), share])


def belief_of(counts: Integers) -> Belief:
    """From the study's histograms of one scale (rows of regions); 6 levels are a distortion's."""
    scored = counts[:, :CLASSES]
    means, sds = _scores(scored)
    noise = own_sos(table_of_counts(scored[scored.sum(axis=1) > 0]), SCORE_TOP) if scored.any() else SOS
    without = None if counts.shape[1] == CLASSES else _shares(counts.sum(axis=1), counts[:, -1])
    return Belief(means, sds, noise, without)


def _scores(counts: Integers) -> tuple[Floats, Floats]:
    """The normal posterior of each region's score."""
    known = _known(counts)
    middle, within, between = USUAL_MEAN, USUAL_VARIANCE, USUAL_SD**2
    if known is not None:
        voted = counts[counts.sum(axis=1) > 0]
        middle, within = float(mean_levels(voted).mean()), max(known.within, 1e-3)
        between = max((known.between - known.within) / known.typical, 1e-3)
    votes = counts.sum(axis=1)
    variance: Floats = np.asarray(1 / (1 / between + votes / within))
    return np.asarray(variance * (middle / between + votes * mean_levels(counts) / within)), np.sqrt(variance)


def _shares(votes: Integers, without: Integers) -> Floats:
    """The posterior of each region's share of without; before any votes all shares are as likely."""
    kinds, kind, regions = np.unique(np.stack([votes, without]), axis=1, return_inverse=True, return_counts=True)
    logs = kinds[1][:, None] * np.log(SHARES) + (kinds[0] - kinds[1])[:, None] * np.log(1 - SHARES)
    likely = np.exp(logs - logs.max(axis=1, keepdims=True))
    posterior = likely / likely.sum(axis=1, keepdims=True)
    for _ in range(_PASSES):
        weights = regions @ posterior + FLAT_REGIONS / len(SHARES)
        posterior = likely * weights / (likely @ weights)[:, None]
    return np.asarray(posterior[kind.ravel()])


def _known(counts: Integers) -> OneWay | None:
    votes = counts.sum(axis=1)
    if (votes > 1).sum() < LEAST_REGIONS:
        return None
    return one_way(table_of_counts(counts[votes > 0]), resamples=0)
