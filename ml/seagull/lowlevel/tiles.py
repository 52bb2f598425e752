"""The measurements of a large picture, tile by tile: what one tile needs stays in the processor's cache.

Done whole, 24 megapixels would fill 7 GB with planes that are read once. Each tile sees a margin around itself that is
wider than any filter, so the cells are those of the whole picture but for rounding, and for the outermost row and column
of the neighbour products, which wrap around the picture there and around the tile here.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml.seagull.lowlevel.blocks import PERIODS, Phases, jumps
from ml.seagull.lowlevel.cells import fitted
from ml.seagull.lowlevel.channels import Channels, Plane, Planes, Rgb, channels_of, shape_of
from ml.seagull.lowlevel.pool import Cut, Place, Pool, Squares, Sums

SIDE: Final = 512
MARGIN: Final = 16
"""Both are multiples of the coarsest grid's period, so that a tile begins where a block does."""
THREADS: Final = 4
TELLING: Final = 24
"""Tiles, spread over the picture, that are asked where its grids begin."""
Names = tuple[tuple[int, str], ...]
"""Of planes of one size, each with its number among all."""
Measure = Callable[[Channels, Phases], Planes]


@dataclass(frozen=True, slots=True)
class Tile:
    """Rows `top` to `bottom` and columns `left` to `right` of a picture, the last ones not included."""

    top: int
    bottom: int
    left: int
    right: int

    def channels(self, rgb: Rgb) -> Channels:
        """With the margin, as far as there is picture."""
        rows = slice(max(0, self.top - MARGIN), self.bottom + MARGIN)
        return channels_of(rgb[rows, max(0, self.left - MARGIN) : self.right + MARGIN])

    def own(self, scale: int) -> tuple[slice, slice]:
        """Where in a plane of the picture's 1/scale the tile is without the margin."""
        above, before = min(self.top, MARGIN) // scale, min(self.left, MARGIN) // scale
        height, width = -(-(self.bottom - self.top) // scale), -(-(self.right - self.left) // scale)
        return slice(above, above + height), slice(before, before + width)


def threads() -> int:
    return min(THREADS, os.cpu_count() or 1)


def tiles_of(height: int, width: int) -> Iterator[Tile]:
    for top in range(0, height, SIDE):
        for left in range(0, width, SIDE):
            yield Tile(top, min(top + SIDE, height), left, min(left + SIDE, width))


def tiled_means(rgb: Rgb, measure: Measure, rows: int, columns: int) -> dict[str, Plane]:
    """rows x columns cell means of every plane that `measure` makes."""
    parts = list(tiles_of(*rgb.shape[:2]))
    pools: dict[Names, Pool] = {}
    with ThreadPoolExecutor(threads()) as workers:
        some = parts[:: -(-len(parts) // TELLING)]
        phases = _phases(list(workers.map(lambda tile: _strengths(rgb, tile), some)))
        for found in workers.map(lambda tile: _sums(rgb, tile, measure, phases, rows), parts):
            for names, squares, place, sums in found:
                if names not in pools:
                    pools[names] = Pool(squares, len(names))
                pools[names].add(place, sums)
    means = [
        (name, fitted(mean, rows, columns))
        for names, pool in pools.items()
        for name, mean in zip(names, pool.means(), strict=True)
    ]
    return {name: mean for (_, name), mean in sorted(means, key=lambda found: found[0])}


def _sums(
    rgb: Rgb, tile: Tile, measure: Measure, phases: Phases, rows: int
) -> list[tuple[Names, Squares, Place, Sums]]:
    """What a tile adds to the pools: the planes of one size together."""
    of = tile.channels(rgb)
    cuts: dict[int, tuple[Squares, Cut, dict[tuple[int, str], Sums]]] = {}
    for number, (name, measured) in enumerate(measure(of, phases)):
        scale = 1 << (of.luma.shape[0] // shape_of(measured)[0]).bit_length() - 1  # a last odd row is dropped
        if scale not in cuts:
            squares = Squares(rgb.shape[0] // scale, rgb.shape[1] // scale, rows)
            cuts[scale] = squares, squares.cut(tile.own(scale), tile.top // scale, tile.left // scale), {}
        _, cut, added = cuts[scale]
        added[number, name] = cut.added_up(measured)
    return [(tuple(added), squares, cut.place, cut.squares([*added.values()])) for squares, cut, added in cuts.values()]


def _strengths(rgb: Rgb, tile: Tile) -> dict[str, NDArray[np.float64]]:
    """For both directions the sums and counts of each phase."""
    return {
        name: np.stack([_by_phase(first[tile.own(1)], PERIODS[name]), _by_phase(second[tile.own(1)].T, PERIODS[name])])
        for name, (first, second) in jumps(tile.channels(rgb)).items()
    }


def _phases(strengths: list[dict[str, NDArray[np.float64]]]) -> dict[str, list[int]]:
    """Where the grids are strongest in the whole picture."""
    sums = {name: np.sum([strength[name] for strength in strengths], axis=0) for name in PERIODS}
    return {name: [int(np.argmax(total / count)) for total, count in both] for name, both in sums.items()}


def _by_phase(own: Plane, period: int) -> NDArray[np.float64]:
    """Sums and counts of the columns of each phase."""
    phase = np.arange(own.shape[1]) % period
    totals = np.bincount(phase, weights=own.sum(axis=0), minlength=period)
    return np.stack([totals, np.bincount(phase, minlength=period) * own.shape[0]])
