"""Where a region lies and how much of the picture it is."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ml.seagull.regions import Extent

NAMES = ("area_root", "log_area", "width", "height", "fill", "x", "y", "off_centre", "central", "touches", "log_pixels")
LEAST = 1e-6


def geometry(extents: Sequence[Extent]) -> NDArray[np.float32]:
    """R regions -> (R, 11): shares of the picture, and the logarithm of the region's pixels. Empty masks: zeros."""
    return np.stack([_of(extent) for extent in extents]) if len(extents) else np.zeros((0, len(NAMES)), np.float32)


def _of(extent: Extent) -> NDArray[np.float32]:
    if extent.box is None:
        return np.zeros(len(NAMES), np.float32)
    height, width, (top, left, bottom, right) = extent.height, extent.width, extent.box
    rows, begins, ends = extent.runs()
    lengths = ends - begins
    pixels = float(lengths.sum())
    share = pixels / (height * width)
    box_w, box_h = (right - left + 1) / width, (bottom - top + 1) / height
    x = float((lengths * (begins + ends)).sum()) / 2 / pixels / width - 0.5
    y = float((lengths * (rows + 0.5)).sum()) / pixels / height - 0.5
    values = (share**0.5, np.log(share + LEAST), box_w, box_h, share / (box_w * box_h), x, y, (x * x + y * y) ** 0.5)
    return np.array((*values, _central(extent), extent.sides / 4, np.log(pixels)), dtype=np.float32)


def _central(extent: Extent) -> float:
    """The share of the picture's middle half, along both of its sides, that is inside."""
    top, left = extent.height // 4, extent.width // 4
    bottom, right = extent.height - top, extent.width - left
    rows, begins, ends = extent.runs()
    within = np.maximum(np.minimum(ends, right) - np.maximum(begins, left), 0)
    return float(within[(top <= rows) & (rows < bottom)].sum()) / ((bottom - top) * (right - left))
