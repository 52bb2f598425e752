"""Votes counted by level for each region, equal counts together: what statistics that ask not who voted need.

7 votes on 5 levels have 330 histograms, so a bootstrap over 100,000 regions is one over a few hundred kinds.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from annotation.aggregation.ballots import Ballots, Flags, Floats, Integers
from annotation.aggregation.estimates import RESAMPLES, SEED, Estimate, percentiles

_CELLS = 4_000_000
"""Of a block of bootstrap weights."""


@dataclass(frozen=True, slots=True)
class Table:
    """`counts` has a row for each kind of histogram and a column for each of `levels`; `regions` says how many have it."""

    levels: Floats
    counts: Floats
    regions: Floats

    @property
    def votes(self) -> Floats:
        """Of one region of each kind."""
        return np.asarray(self.counts.sum(axis=1))

    @property
    def sums(self) -> Floats:
        return np.asarray(self.counts @ self.levels)

    @property
    def squares(self) -> Floats:
        """Squared deviations from each region's own mean, summed."""
        means = self.sums / np.maximum(self.votes, 1)
        away = (self.levels[None, :] - means[:, None]) ** 2
        return np.asarray((self.counts * away).sum(axis=1))

    def where(self, chosen: Flags) -> "Table":
        return Table(self.levels, self.counts[chosen], self.regions[chosen])


def table_of(ballots: Ballots) -> Table:
    """Regions without votes are left out."""
    levels, counts = histograms_of(ballots)
    voted = counts.sum(axis=1) > 0
    kinds, regions = np.unique(counts[voted], axis=0, return_counts=True)
    return Table(levels, kinds.astype(float), regions.astype(float))


def table_of_counts(counts: Integers, levels: Floats | None = None) -> Table:
    """From histograms, a row for each region; levels are counted from 0 unless given."""
    kinds, regions = np.unique(counts, axis=0, return_counts=True)
    named = np.arange(counts.shape[1], dtype=float) if levels is None else levels
    return Table(named, kinds.astype(float), regions.astype(float))


def histograms_of(ballots: Ballots) -> tuple[Floats, Integers]:
    """The levels that occur, and each region's votes on them."""
    levels, column = np.unique(ballots.level, return_inverse=True)
    cells = np.bincount(ballots.region * len(levels) + column, minlength=ballots.regions * len(levels))
    return levels, cells.reshape(ballots.regions, len(levels))


Statistic = Callable[[Floats], Floats]
"""From weights of the kinds (a row for each sample) to one number a row, NaN where it is undefined."""


def bootstrap(table: Table, statistic: Statistic, resamples: int = RESAMPLES, seed: int = SEED) -> Estimate:
    """The statistic of the table with its interval over resampled regions."""
    total = int(table.regions.sum())
    if not total:
        return Estimate(None)
    value = float(statistic(table.regions[None, :])[0])
    chance, shares = np.random.default_rng(seed), table.regions / total
    block = max(1, _CELLS // len(shares))
    sizes = [min(block, resamples - start) for start in range(0, resamples, block)]
    found = [statistic(chance.multinomial(total, shares, size=size).astype(float)) for size in sizes]
    return percentiles(value, np.concatenate(found) if found else np.empty(0))
