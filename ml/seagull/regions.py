"""Where a region lies, and what is unusual about its mask. Nothing here is refused: the network answers, and the flags say
how blindly.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from ml.runs import Places, parts_of, runs_of
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


@dataclass(frozen=True, slots=True)
class Extent:
    """What one walk over a photograph's millions of pixels tells of a mask, HxW: its box, and within the box its runs, which
    are a few thousand.
    """

    height: int
    width: int
    box: Box | None
    starts: Places
    ends: Places

    @property
    def area(self) -> int:
        return int((self.ends - self.starts).sum())

    @property
    def sides(self) -> int:
        """Of the image, those that it touches."""
        if self.box is None:
            return 0
        top, left, bottom, right = self.box
        return (top, left, self.height - 1 - bottom, self.width - 1 - right).count(0)

    def runs(self) -> tuple[Places, Places, Places]:
        """Row, first column and the column behind the last, of the image."""
        if self.box is None:
            return self.starts, self.starts, self.ends
        rows, begins = np.divmod(self.starts, self.box.right - self.box.left + 2)
        begins += self.box.left
        return rows + self.box.top, begins, begins + self.ends - self.starts


def extent_of(mask: NDArray[np.bool_]) -> Extent:
    """HxW at the image's own size."""
    height, width = mask.shape
    box = box_of(mask)
    inside = mask[:0] if box is None else mask[box.top : box.bottom + 1, box.left : box.right + 1]
    starts, ends = runs_of(inside)
    return Extent(height, width, box, starts, ends)


def flags_of(extent: Extent) -> frozenset[str]:
    """Parts touch by sides or corners; a hole is closed on all sides."""
    if extent.box is None:
        return frozenset({"empty", "tiny"})
    top, left, bottom, right = extent.box
    parts, holes = parts_and_holes(extent.starts, extent.ends, right - left + 1)
    true = {
        "one_pixel_wide": top == bottom or left == right,
        "tiny": extent.area < SMALLEST_AREA,
        "whole_image": extent.area == extent.height * extent.width,
        "touches_border": extent.sides > 0,
        "several_parts": parts > 1,
        "holes": holes > 0,
    }
    return frozenset(flag for flag, holds in true.items() if holds)


def parts_and_holes(starts: Places, ends: Places, width: int) -> tuple[int, int]:
    """Counted on the runs of ones in the rows of a mask of that width.

    Two runs of neighbouring rows that touch either join two parts or close a hole (Euler): runs - touches = parts - holes.
    """
    parts, _, touches = parts_of(starts, ends, width, corners=True)
    return parts, parts - len(starts) + touches


def unseen_levels(masks: Tensor, sides: Sequence[int]) -> list[frozenset[str]]:
    """For each of R x side x side masks, the levels (1 the finest) of which it owns no cell: their pooled mean is zero."""
    seen = [cells_of(masks, (side, side)).flatten(1).any(dim=1).tolist() for side in sides]
    return [
        frozenset(f"no_cell_at_level_{level}" for level, owned in enumerate(of_region, start=1) if not owned)
        for of_region in zip(*seen, strict=True)
    ]
