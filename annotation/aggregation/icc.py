"""How reliable one vote is, and the mean of several: the unbalanced one-way intraclass correlation.

The right model when every region has other annotators (Shrout and Fleiss 1979, case 1; unequal numbers as in Donner 1986).
"""

import math
from dataclasses import dataclass

import numpy as np

from annotation.aggregation.ballots import Floats, divide
from annotation.aggregation.estimates import RESAMPLES, SEED, UNKNOWN, Estimate
from annotation.aggregation.tables import Table, bootstrap


@dataclass(frozen=True, slots=True)
class OneWay:
    """Mean squares between and within regions, and the votes of a typical region (n0).

    `single` is the reliability of one vote, ICC(1,1); `several` that of the mean of `votes` votes, ICC(1,k). Below zero they
    say that regions differ less than chance would have it.
    """

    between: float
    within: float
    typical: float
    votes: float
    single: Estimate
    several: Estimate

    @property
    def ceiling(self) -> float | None:
        """The correlation with the labels that no model can be expected to exceed."""
        reliability = self.several.value
        return None if reliability is None else math.sqrt(max(reliability, 0.0))


def one_way(table: Table, votes: float | None = None, resamples: int = RESAMPLES, seed: int = SEED) -> OneWay | None:
    """With bootstrap intervals over regions; `votes` is the mean number of votes unless given.

    None for fewer than two regions, and where no region has two votes.
    """
    total = float(table.regions @ table.votes)
    regions = float(table.regions.sum())
    if regions < 2 or total <= regions:
        return None
    count = total / regions if votes is None else votes
    features = _features(table)
    between, within, typical = (float(part[0]) for part in _squares(table.regions[None, :] @ features))
    single = bootstrap(table, lambda weights: _single(weights @ features), resamples, seed)
    return OneWay(between, within, typical, count, single, step_up(single, count))


def step_up(single: Estimate, votes: float) -> Estimate:
    """Spearman and Brown: from one vote's reliability to that of the mean of several."""
    if single.value is None:
        return UNKNOWN
    low, high = (None if end is None else stepped(end, votes) for end in (single.low, single.high))
    return Estimate(stepped(single.value, votes), low, high)


def stepped(single: float, votes: float) -> float:
    """Never below -1: far below 0 there is nothing left to tell apart."""
    room = 1 + (votes - 1) * single
    return max(votes * single / room, -1.0) if room > 0 else -1.0


def reliability_of_labels(single: float, votes: Floats) -> Floats:
    """Of each label from its own number of votes. A negative reliability of one vote counts as none."""
    known = max(single, 0.0)
    return np.asarray(votes * known / (1 + np.maximum(votes - 1, 0) * known))


def ceiling(single: float, votes: Floats) -> float:
    """The correlation with labels of these numbers of votes that no model can be expected to exceed."""
    return math.sqrt(float(reliability_of_labels(single, votes).mean())) if len(votes) else 0.0


def _features(table: Table) -> Floats:
    """Of each kind: regions, votes, votes squared, sum, sum of squares within, sum squared over votes."""
    votes, sums = table.votes, table.sums
    columns = (np.ones(len(votes)), votes, votes**2, sums, table.squares, sums**2 / votes)
    return np.stack(columns, axis=1)


def _squares(summed: Floats) -> tuple[Floats, Floats, Floats]:
    regions, total, squared, level, within, means = summed.T
    between = (means - level**2 / total) / (regions - 1)
    inside = divide(within, total - regions, empty=np.nan)
    return between, inside, (total - squared / total) / (regions - 1)


def _single(summed: Floats) -> Floats:
    between, within, typical = _squares(summed)
    return divide(between - within, between + (typical - 1) * within, empty=np.nan, least=1e-12)
