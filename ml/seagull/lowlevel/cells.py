"""Full-resolution planes averaged over cells, so that any number of masks can be pooled cheaply."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from ml.seagull.lowlevel.channels import Plane
from ml.seagull.regions import Box

LONGEST = 128
"""Cells along the longer side at most: a region of 32 pixels in a photograph of 4,000 still covers one."""


def cell_side(height: int, width: int) -> int:
    """Pixels along a cell's side."""
    return -(-max(height, width) // LONGEST)


def cell_means(plane: Plane, rows: int, columns: int) -> Plane:
    """A plane of any resolution over the picture -> its means over rows x columns cells."""
    tensor = torch.from_numpy(np.ascontiguousarray(plane, dtype=np.float32))[None, None]
    side = -(-plane.shape[0] // rows)
    if side > 1:
        tensor = functional.avg_pool2d(tensor, side, ceil_mode=True, count_include_pad=False)
    return fitted(np.asarray(tensor[0, 0].numpy()), rows, columns)


def fitted(means: Plane, rows: int, columns: int) -> Plane:
    """Means over nearly as many squares, over exactly so many."""
    if means.shape == (rows, columns):
        return means
    return np.asarray(functional.adaptive_avg_pool2d(torch.from_numpy(means)[None], (rows, columns))[0].numpy())


def cell_shares(masks: NDArray[np.bool_], boxes: Sequence[Box | None], rows: int, columns: int) -> NDArray[np.float32]:
    """(R, H, W) and where in them the regions are -> (R, rows, columns): the share of each cell that is inside, 0..1."""
    shares = np.zeros((len(masks), rows, columns), np.float32)
    for own, mask, box in zip(shares, masks, boxes, strict=True):
        if box is not None:
            own[:] = _shares(mask, box, rows, columns)
    return shares


def _shares(mask: NDArray[np.bool_], box: Box, rows: int, columns: int) -> NDArray[np.float32]:
    """As `cell_means` of ones and zeros, but in whole numbers and only where the region is: five times as fast."""
    side = -(-mask.shape[0] // rows)
    counts = [np.minimum(side, edge - np.arange(0, edge, side)) for edge in mask.shape]
    sums = np.zeros([len(each) for each in counts], dtype=np.float32)
    number = np.uint8 if side < 256 else np.uint32  # bytes are added many at a time
    first, last = box.left // side, box.right // side
    begins = np.arange(0, box.right + 1 - first * side, side)
    part = mask[:, first * side : box.right + 1].view(np.uint8)
    for index in range(box.top // side, box.bottom // side + 1):
        inside = part[index * side : (index + 1) * side].sum(axis=0, dtype=number)
        sums[index, first : last + 1] = np.add.reduceat(inside, begins, dtype=np.float32)
    return fitted((sums / np.outer(*counts)).astype(np.float32), rows, columns)
