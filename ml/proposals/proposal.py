"""One candidate region, and what every proposer offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Level = Literal["object", "component"]
LEVELS: tuple[Level, ...] = ("object", "component")
Mask = NDArray[np.bool_]
Rgb = NDArray[np.uint8]
Point = tuple[int, int, bool]
"""x, y in pixels, and whether the region has to contain it (True) or to leave it out (False)."""
Box = tuple[int, int, int, int]
"""x, y, width, height in pixels; the last column is x + width - 1."""


class EmptyMaskError(ValueError):
    """A region without pixels."""


class NoRegionError(ValueError):
    """Points or box that no region can satisfy; the message says what is wrong with them."""


@dataclass(frozen=True, eq=False)
class Proposal:
    """A region of one image. `mask` is bool HxW, read-only, of the image's size; `score` is 0..1, more is better."""

    mask: Mask
    box: Box
    area: int
    level: Level
    score: float
    source: str


class Proposer(Protocol):
    """Look at an image once, then ask about it often. Both questions are answered for the last image set."""

    source: ClassVar[str]

    def set_image(self, rgb: Rgb) -> None:
        """Takes uint8 HxWx3. The slow part; everything that both questions share happens here."""

    def propose(self) -> list[Proposal]:
        """All candidates worth showing, best first, already filtered (see `selection.keep`)."""

    def segment(self, points: Sequence[Point], box: Box | None = None) -> Proposal:
        """The one region meant by the clicks; holds every positive and no negative one. Raises NoRegionError."""


def proposal_of(mask: Mask, *, level: Level, score: float, source: str) -> Proposal:
    """A proposal with box and area measured from `mask` (bool HxW), which is copied unless it is read-only already. Raises
    EmptyMaskError.
    """
    own = np.array(mask, dtype=np.bool_, copy=True if mask.flags.writeable else None)
    own.flags.writeable = False
    x, y, width, height = box = box_of(own)
    area = int(np.count_nonzero(own[y : y + height, x : x + width]))
    return Proposal(own, box, area, level, float(np.clip(score, 0.0, 1.0)), source)


def box_of(mask: Mask) -> Box:
    """The smallest box (x, y, w, h) around the True pixels of `mask` (bool HxW, not empty)."""
    rows = np.flatnonzero(mask.any(axis=1))
    if rows.size == 0:
        raise EmptyMaskError("a region needs at least one pixel")
    columns = np.flatnonzero(mask[rows[0] : rows[-1] + 1].any(axis=0))
    x, y = int(columns[0]), int(rows[0])
    return x, y, int(columns[-1]) - x + 1, int(rows[-1]) - y + 1


def check_prompt(points: Sequence[Point], box: Box | None, height: int, width: int) -> None:
    """Raises NoRegionError unless the clicks lie in the image, agree with each other and with the box."""
    if box is None and not any(positive for _, _, positive in points):
        raise NoRegionError("give a box or at least one point that the region has to contain")
    for x, y, _ in points:
        if not (0 <= x < width and 0 <= y < height):
            raise NoRegionError(f"point ({x}, {y}) is outside the image of {width} x {height} pixels")
    if box is not None:
        _check_box(points, box, height, width)
    inside = {(x, y) for x, y, positive in points if positive}
    for x, y, positive in points:
        if not positive and (x, y) in inside:
            raise NoRegionError(f"point ({x}, {y}) is asked for and refused at once")


def _check_box(points: Sequence[Point], box: Box, height: int, width: int) -> None:
    left, top, w, h = box
    if w < 1 or h < 1 or left < 0 or top < 0 or left + w > width or top + h > height:
        raise NoRegionError(f"box {box} (x, y, width, height) does not lie in the image of {width} x {height} pixels")
    for x, y, positive in points:
        if positive and not (left <= x < left + w and top <= y < top + h):
            raise NoRegionError(f"point ({x}, {y}) lies outside the box {box}")
