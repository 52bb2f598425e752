"""How many votes the adaptive rules will still ask for, by playing them on to the end."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from annotation.aggregation.adaptive import Asking, wanted
from annotation.aggregation.ballots import Integers
from annotation.aggregation.beliefs import Belief, belief_of
from annotation.aggregation.doubt import Counts
from annotation.aggregation.estimates import SEED
from annotation.scales import SCALES


@dataclass(frozen=True, slots=True)
class Forecast:
    """Votes still to be cast, their 80 % range over simulated futures, and how many regions will end at the cap."""

    votes: float
    low: float
    high: float
    at_cap: float


def forecast(counts: Mapping[str, Counts], asking: Asking, futures: int = 20, seed: int = SEED) -> Forecast:
    """How many votes the rules will still ask for, from all regions' histograms (rows) as they are now.

    Each future draws what everybody would say about each region, and votes from that.
    """
    chance = np.random.default_rng(seed)
    now = {scale: np.asarray(counts[scale], dtype=np.int64) for scale in SCALES}
    beliefs = {scale: belief_of(now[scale]) for scale in SCALES}
    ends = [_one_future(now, beliefs, asking, chance) for _ in range(futures)]
    votes, capped = np.array(ends, dtype=float).T
    low, high = np.percentile(votes, [10, 90])
    return Forecast(float(votes.mean()), float(low), float(high), float(capped.mean()))


def _one_future(
    counts: Mapping[str, Integers], beliefs: Mapping[str, Belief], asking: Asking, chance: np.random.Generator
) -> tuple[float, float]:
    now = {scale: counts[scale].copy() for scale in SCALES}
    opinions = {scale: beliefs[scale].draw(chance) for scale in SCALES}
    total, left = 0.0, np.arange(len(now[SCALES[0]]))
    while len(left):
        more = wanted({scale: now[scale][left] for scale in SCALES}, asking).astype(np.int64)
        left, more = left[more > 0], more[more > 0]
        total += float(more.sum())
        for scale in SCALES:
            now[scale][left] += chance.multinomial(more, opinions[scale][left])
    return total, float((now[SCALES[0]].sum(axis=1) >= asking.cap).sum())
