"""Votes counted by level for each region, equal counts together: what statistics that ask not who voted need.

7 votes on 5 levels have 330 histograms, so a bootstrap over 100,000 regions is one over a few hundred kinds. Regions of one
image are alike, so where images are known whole images are resampled.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from annotation.aggregation.ballots import Ballots, Flags, Floats, Integers
from annotation.aggregation.estimates import LEAST_DRAWN, RESAMPLES, SEED, Estimate, percentiles, tail_of

_CELLS = 4_000_000
"""Of a block of bootstrap weights."""


@dataclass(frozen=True, slots=True)
class Table:
    """`counts` has a row for each kind of histogram and a column for each of `levels`; `regions` says how many have it.

    `images` is a sparse matrix of how many regions of each kind (columns) an image (rows) has; None where every region
    stands for itself.
    """

    levels: Floats
    counts: Floats
    regions: Floats
    images: Any = None
    drawn: dict[tuple[int, int], list[Floats]] = field(default_factory=dict, compare=False, repr=False)
    """Samples by their number and seed: each statistic of a table is asked of the same ones."""

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
        if chosen.all():
            return self
        images = None if self.images is None else self.images[:, np.flatnonzero(chosen)]
        return replace(self, counts=self.counts[chosen], regions=self.regions[chosen], images=_some(images), drawn={})


def table_of(ballots: Ballots, image: Integers | None = None) -> Table:
    """Regions without votes are left out. `image` has a number for each region's image."""
    levels, counts = histograms_of(ballots)
    voted = counts.sum(axis=1) > 0
    kinds, kind, regions = np.unique(counts[voted], axis=0, return_inverse=True, return_counts=True)
    images = None if image is None or not len(kinds) else _images(image[voted], kind.ravel(), len(kinds))
    return Table(levels, kinds.astype(float), regions.astype(float), images)


def _images(image: Integers, kind: Integers, kinds: int) -> Any:
    """None where no two regions are of one image."""
    from scipy.sparse import coo_array  # slow import

    names, row = np.unique(image, return_inverse=True)
    if len(names) == len(image):
        return None
    return coo_array((np.ones(len(kind)), (row.ravel(), kind)), shape=(len(names), kinds)).tocsr()


def _some(images: Any) -> Any:
    """Images that have regions left."""
    return None if images is None else images[np.flatnonzero(images.sum(axis=1) > 0)]


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
    """The statistic of the table with its interval over resampled images, over regions where images are not known.

    Without an interval where there are too few of them to tell.
    """
    if not table.regions.sum():
        return Estimate(None)
    value = float(statistic(table.regions[None, :])[0])
    drawn = int(table.regions.sum()) if table.images is None else table.images.shape[0]
    if drawn < LEAST_DRAWN:
        return percentiles(value, np.empty(0), drawn)
    found = [statistic(weights) for weights in _samples(table, resamples, seed)]
    return percentiles(value, np.concatenate(found) if found else np.empty(0), drawn, tail_of(drawn))


def _samples(table: Table, resamples: int, seed: int) -> Iterable[Floats]:
    """In blocks; the table keeps them where there is but one."""
    chance, rows = np.random.default_rng(seed), len(table.regions) if table.images is None else table.images.shape[0]
    block = max(1, _CELLS // max(rows, len(table.regions)))
    sizes = [min(block, resamples - start) for start in range(0, resamples, block)]
    if len(sizes) > 1:
        return (_resampled(table, chance, size) for size in sizes)
    if (resamples, seed) not in table.drawn:
        table.drawn[resamples, seed] = [_resampled(table, chance, size) for size in sizes]
    return table.drawn[resamples, seed]


def _resampled(table: Table, chance: np.random.Generator, size: int) -> Floats:
    """Weights of the kinds, a row for each sample."""
    if table.images is None:
        total = int(table.regions.sum())
        return chance.multinomial(total, table.regions / total, size=size).astype(float)
    count = table.images.shape[0]
    cells = chance.integers(0, count, (size, count)) + count * np.arange(size)[:, None]
    drawn = np.bincount(cells.ravel(), minlength=size * count).reshape(size, count)
    return np.asarray(drawn.astype(float) @ table.images)
