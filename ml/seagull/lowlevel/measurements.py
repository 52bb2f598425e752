"""All measurements of one picture, pooled under any masks."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from ml.seagull.lowlevel import geometry, tiles
from ml.seagull.lowlevel.blocks import Phases, cosines, grids
from ml.seagull.lowlevel.cells import cell_means, cell_shares, cell_side
from ml.seagull.lowlevel.channels import Channels, Plane, Planes, Rgb, channels_of, written
from ml.seagull.lowlevel.structure import sharpness, texture
from ml.seagull.lowlevel.tone import colour, tone
from ml.seagull.lowlevel.transforms import IMAGE_NAMES, REGION_NAMES, described
from ml.seagull.regions import Extent, extent_of

EYES: Final = 4
STATISTICS: Final = len(REGION_NAMES) + len(IMAGE_NAMES) + len(geometry.NAMES)
LEAST_ENERGY: Final = 1e-4
WHOLE: Final = 1 << 21
"""Pixels up to which a picture is measured whole; a larger one would fill gigabytes."""
ALONE: Final = 1 << 19
"""Pixels up to which one thread is enough."""


@dataclass(frozen=True)
class LowLevel:
    """Cell means of every measurement: `cells` is float32 (len(names), rows, columns)."""

    names: tuple[str, ...]
    cells: NDArray[np.float32]

    def statistics(self, masks: NDArray[np.bool_], extents: Sequence[Extent] | None = None) -> NDArray[np.float32]:
        """(R, H, W) masks of the picture, and if they are known their extents -> (R, STATISTICS): the region's numbers, the
        picture's, the region's place."""
        known = [extent_of(mask) for mask in masks] if extents is None else extents
        _, rows, columns = self.cells.shape
        shares = cell_shares(masks, [extent.box for extent in known], rows, columns).reshape(len(masks), rows * columns)
        flat = self.cells.reshape(len(self.names), rows * columns)
        sums = torch.from_numpy(shares) @ torch.from_numpy(flat).T  # numpy's threads fight over busy cores
        regions = sums.numpy() / np.maximum(shares.sum(axis=1, keepdims=True), 1e-9)
        picture = np.broadcast_to(flat.mean(axis=1), regions.shape)
        of_regions = described(self.names, regions, REGION_NAMES)
        of_picture = described(self.names, picture, IMAGE_NAMES)
        return np.concatenate([of_regions, of_picture, geometry.geometry(known)], axis=1).astype(np.float32)

    def eyes(self, side: int) -> NDArray[np.float32]:
        """(EYES, side, side) float32 of about unit size: logarithms of noise, fine and coarse gradient, grid jumps."""
        index = {name: position for position, name in enumerate(self.names)}
        wanted = self.cells[[index[name] for name in ("residue0", "gradient0", "gradient2", "grid_luma")]]
        maps = torch.from_numpy((np.log(wanted + LEAST_ENERGY) + 5) / 2)[None]
        return np.asarray(functional.interpolate(maps, (side, side), mode="bilinear", align_corners=False)[0].numpy())


def low_level(rgb: Rgb) -> LowLevel:
    """uint8 HxWx3 -> its measurements, at full resolution, kept as means of at most 128 x 128 cells."""
    height, width = rgb.shape[:2]
    side = cell_side(height, width)
    rows, columns = -(-height // side), -(-width // side)
    if height * width > WHOLE and min(height, width) >= tiles.SIDE:
        means = tiles.tiled_means(rgb, planes_of, rows, columns)
    else:
        means = _whole_means(channels_of(rgb), rows, columns)
    return LowLevel(tuple(means), np.stack(list(means.values())))


def planes_of(of: Channels, phases: Phases | None = None) -> Planes:
    """Every measurement at its own resolution: the picture's, a half, a quarter or an eighth of it."""
    return chain.from_iterable(_groups(of, phases))


def _groups(of: Channels, phases: Phases | None = None) -> list[Planes]:
    """Those that share work; the groups share none."""
    return [
        *(tone(of), colour(of), grids(of, phases), cosines(of.luma), sharpness(of)),
        *(texture(of, 0), texture(of, 1)),
    ]


def _whole_means(of: Channels, rows: int, columns: int) -> dict[str, Plane]:
    def means(planes: Planes) -> list[tuple[str, Plane]]:
        return [(name, cell_means(written(plane), rows, columns)) for name, plane in planes]

    if of.luma.size <= ALONE:
        return dict(means(chain.from_iterable(_groups(of))))
    with ThreadPoolExecutor(tiles.threads()) as threads:
        return dict(chain.from_iterable(threads.map(means, _groups(of))))
