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
    """Votes still to be asked for, the range in which 80 % of the simulated futures end, and how many regions end at the cap.

    The futures share one belief about the study, so the truth is outside the range more often than one time in five. The cap
    is looked at without the budget.
    """

    votes: float
    low: float
    high: float
    at_cap: float


def forecast(
    counts: Mapping[str, Counts],
    asking: Asking,
    *,
    coming: Integers | None = None,
    budget: int | None = None,
    futures: int = 20,
    seed: int = SEED,
) -> Forecast:
    """How many votes the rules will still ask for, from all regions' histograms (rows) as they are now.

    `coming` are votes asked for already, of each region: they are played first and not counted. No more than `budget` is
    asked for. Each future draws what everybody would say about each region, and votes from that.
    """
    chance = np.random.default_rng(seed)
    now = {scale: np.asarray(counts[scale], dtype=np.int64) for scale in SCALES}
    beliefs = {scale: belief_of(now[scale]) for scale in SCALES}
    first = np.zeros(len(now[SCALES[0]]), np.int64) if coming is None else coming
    ends = [_one_future(now, beliefs, asking, first, chance) for _ in range(futures)]
    votes, capped = np.array(ends, dtype=float).T
    votes = votes if budget is None else np.minimum(votes, budget)
    low, high = np.percentile(votes, [10, 90])
    return Forecast(float(votes.mean()), float(low), float(high), float(capped.mean()))


def _one_future(
    counts: Mapping[str, Integers],
    beliefs: Mapping[str, Belief],
    asking: Asking,
    coming: Integers,
    chance: np.random.Generator,
) -> tuple[float, float]:
    opinions = {scale: beliefs[scale].draw(chance) for scale in SCALES}
    now = {scale: counts[scale] + chance.multinomial(coming, opinions[scale]) for scale in SCALES}
    total, left = 0.0, np.arange(len(coming))
    while len(left):
        more = wanted({scale: now[scale][left] for scale in SCALES}, asking).astype(np.int64)
        left, more = left[more > 0], more[more > 0]
        total += float(more.sum())
        for scale in SCALES:
            now[scale][left] += chance.multinomial(more, opinions[scale][left])
    return total, float((now[SCALES[0]].sum(axis=1) >= asking.cap).sum())
