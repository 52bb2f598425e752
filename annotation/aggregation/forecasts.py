"""How many votes the adaptive rules will still ask for, by playing them on to the end."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from annotation.aggregation.adaptive import Asking, wanted
from annotation.aggregation.ballots import Floats, Integers
from annotation.aggregation.doubt import PSEUDO_COUNT, Counts
from annotation.aggregation.estimates import SEED
from annotation.scales import SCALES


@dataclass(frozen=True, slots=True)
class Forecast:
    """Votes still to be cast, their 80 % range over simulated futures, and how many regions will end at the cap."""

    votes: float
    low: float
    high: float
    at_cap: float


def forecast(
    counts: Mapping[str, Counts], asking: Asking, futures: int = 20, seed: int = SEED, prior_votes: float = 2.0
) -> Forecast:
    """How many votes the rules will still ask for, from all regions' histograms (rows) as they are now.

    Each future draws every region's opinion from its votes and from the study's own histogram, worth `prior_votes` votes.
    """
    chance = np.random.default_rng(seed)
    ends = [_one_future(counts, asking, chance, prior_votes) for _ in range(futures)]
    votes, capped = np.array(ends, dtype=float).T
    low, high = np.percentile(votes, [10, 90])
    return Forecast(float(votes.mean()), float(low), float(high), float(capped.mean()))


def _one_future(
    counts: Mapping[str, Counts], asking: Asking, chance: np.random.Generator, prior_votes: float
) -> tuple[float, float]:
    now = {scale: np.array(counts[scale], dtype=np.int64) for scale in SCALES}
    opinions = {scale: _opinions(now[scale], chance, prior_votes) for scale in SCALES}
    total, left = 0.0, np.arange(len(now[SCALES[0]]))
    while len(left):
        more = wanted({scale: now[scale][left] for scale in SCALES}, asking).astype(np.int64)
        left, more = left[more > 0], more[more > 0]
        total += float(more.sum())
        for scale in SCALES:
            now[scale][left] += chance.multinomial(more, opinions[scale][left])
    return total, float((now[SCALES[0]].sum(axis=1) >= asking.cap).sum())


def _opinions(counts: Integers, chance: np.random.Generator, prior_votes: float) -> Floats:
    """A draw from the Dirichlet posterior of each region's shares."""
    study = counts.sum(axis=0) + PSEUDO_COUNT
    drawn = chance.standard_gamma(counts + prior_votes * study / study.sum()) + 1e-12
    return np.asarray(drawn / drawn.sum(axis=1, keepdims=True))
