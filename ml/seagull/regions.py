"""What is unusual about a region's mask. Nothing here is refused: the network answers, and the flags say how blindly."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csgraph
from torch import Tensor

from ml.runs import runs_of
from ml.seagull.pooling import cells_of

SMALLEST_AREA: Final = 32 * 32
"""Pixels; the paper's data set has no region below it (section 3.1.2)."""
FLAGS: Final = (
    *("empty", "one_pixel_wide", "tiny", "whole_image", "touches_border", "several_parts", "holes"),
    *(f"no_cell_at_level_{level}" for level in (1, 2, 3, 4)),
)


class Box(NamedTuple):
    """Pixels of the image; `bottom` and `right` are the last row and column of the region itself."""

    top: int
    left: int
    bottom: int
    right: int


def box_of(mask: NDArray[np.bool_]) -> Box | None:
    """None for an empty mask."""
    rows = np.flatnonzero(mask.any(axis=1))
    if not len(rows):
        return None
    columns = np.flatnonzero(mask[rows[0] : rows[-1] + 1].any(axis=0))
    return Box(int(rows[0]), int(columns[0]), int(rows[-1]), int(columns[-1]))


def flags_of(mask: NDArray[np.bool_]) -> frozenset[str]:
    """HxW at the image's own size. Parts touch by sides or corners; a hole is closed on all sides."""
    box = box_of(mask)
    if box is None:
        return frozenset({"empty", "tiny"})
    inside = mask[box.top : box.bottom + 1, box.left : box.right + 1]
    area = int(np.count_nonzero(inside))
    parts, holes = parts_and_holes(inside)
    true = {
        "one_pixel_wide": 1 in inside.shape,
        "tiny": area < SMALLEST_AREA,
        "whole_image": area == mask.size,
        "touches_border": 0 in (box.top, box.left, mask.shape[0] - 1 - box.bottom, mask.shape[1] - 1 - box.right),
        "several_parts": parts > 1,
        "holes": holes > 0,
    }
    return frozenset(flag for flag, holds in true.items() if holds)


def parts_and_holes(mask: NDArray[np.bool_]) -> tuple[int, int]:
    """Counted on the runs of ones in the rows, ten times faster than on pixels.

    Two runs of neighbouring rows that touch either join two parts or close a hole (Euler): runs - touches = parts - holes.
    """
    row = mask.shape[1] + 1
    starts, ends = runs_of(mask)
    first = np.searchsorted(ends, starts + row - 1, side="right")
    touching = np.searchsorted(starts, ends + row + 1, side="left") - first
    above = np.repeat(np.arange(len(starts)), touching)
    below = np.arange(touching.sum()) - np.repeat(np.cumsum(touching) - touching - first, touching)
    edges = coo_array((np.ones(len(above), dtype=np.int8), (above, below)), shape=(len(starts), len(starts)))
    parts, _ = csgraph.connected_components(edges, directed=False)
    return int(parts), int(parts) - len(starts) + len(above)


def unseen_levels(masks: Tensor, sides: Sequence[int]) -> list[frozenset[str]]:
    """For each of R x side x side masks, the levels (1 the finest) of which it owns no cell: their pooled mean is zero."""
    seen = [cells_of(masks, (side, side)).flatten(1).any(dim=1).tolist() for side in sides]
    return [
        frozenset(f"no_cell_at_level_{level}" for level, owned in enumerate(of_region, start=1) if not owned)
        for of_region in zip(*seen, strict=True)
    ]
