"""Masks without specks: one connected part, no pinholes."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.sparse import coo_array, csgraph

from ml.proposals.proposal import Mask
from ml.runs import Places, runs_of


def one_part(mask: Mask, *, hole_share: float = 0.02) -> Mask:
    """The largest connected part of `mask` (bool HxW), holes smaller than `hole_share` of it filled."""
    labels, count = ndimage.label(mask)
    if count == 0:
        return mask
    if count > 1:
        sizes = np.bincount(labels.ravel())
        sizes[0] = 0
        mask = labels == int(sizes.argmax())
    return without_pinholes(mask, hole_share)


def largest_part(mask: Mask) -> Mask:
    """Only the largest connected part of `mask` (bool HxW); holes stay. On a photograph far sooner than `one_part`."""
    starts, ends = runs_of(mask)
    count, part = _parts(starts, ends, mask.shape[1])
    if count < 2:
        return mask
    others = part != np.bincount(part, weights=ends - starts).argmax()
    kept = mask.copy()
    for start, end in zip(starts[others].tolist(), ends[others].tolist(), strict=True):
        row, column = divmod(start, mask.shape[1] + 1)
        kept[row, column : column + end - start] = False
    return kept


def _parts(starts: Places, ends: Places, width: int) -> tuple[int, NDArray[np.int32]]:
    """How many parts the runs make that touch runs of the next row, and the part of each: sooner told than by pixels."""
    first = np.searchsorted(ends, starts + width + 1, side="right")
    touching = np.maximum(np.searchsorted(starts, ends + width + 1, side="left") - first, 0)
    above = np.repeat(np.arange(len(starts)), touching)
    below = np.arange(touching.sum()) - np.repeat(np.cumsum(touching) - touching - first, touching)
    edges = coo_array((np.ones(len(above), dtype=np.int8), (above, below)), shape=(len(starts), len(starts)))
    count, part = csgraph.connected_components(edges, directed=False)
    return int(count), part


def without_pinholes(mask: Mask, hole_share: float) -> Mask:
    """Only holes larger than `hole_share` of the region stay: what is seen through a handle, not noise."""
    rest, count = ndimage.label(np.pad(~mask, 1, constant_values=True))
    if count == 1:  # all that is not the region lies outside it
        return mask
    sizes = np.bincount(rest.ravel())
    small = sizes < hole_share * np.count_nonzero(mask)
    small[[0, rest[0, 0]]] = False  # the region itself, and what is outside it
    return np.asarray(mask | small[rest[1:-1, 1:-1]], dtype=np.bool_)
