"""Masks without specks: one connected part, no pinholes."""

import numpy as np
from scipy import ndimage
from scipy.sparse import coo_array, csgraph

from ml.proposals.proposal import Mask


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


def is_one_part(mask: Mask) -> bool:
    """Whether the True pixels (bool HxW) are joined by their sides. Told from runs in rows, sooner than by labels."""
    row = mask.shape[1] + 1
    line = np.zeros(mask.shape[0] * row + 1, dtype=np.bool_)  # each row ends outside
    line[1:].reshape(mask.shape[0], row)[:, :-1] = mask
    turns = np.flatnonzero(line[1:] != line[:-1])
    starts, ends = turns[::2], turns[1::2]
    first = np.searchsorted(ends, starts + row, side="right")
    touching = np.maximum(np.searchsorted(starts, ends + row, side="left") - first, 0)
    above = np.repeat(np.arange(len(starts)), touching)
    below = np.arange(touching.sum()) - np.repeat(np.cumsum(touching) - touching - first, touching)
    edges = coo_array((np.ones(len(above), dtype=np.int8), (above, below)), shape=(len(starts), len(starts)))
    parts, _ = csgraph.connected_components(edges, directed=False)
    return int(parts) == 1


def without_pinholes(mask: Mask, hole_share: float) -> Mask:
    """Only holes larger than `hole_share` of the region stay: what is seen through a handle, not noise."""
    rest, count = ndimage.label(np.pad(~mask, 1, constant_values=True))
    if count == 1:  # all that is not the region lies outside it
        return mask
    sizes = np.bincount(rest.ravel())
    small = sizes < hole_share * np.count_nonzero(mask)
    small[[0, rest[0, 0]]] = False  # the region itself, and what is outside it
    return np.asarray(mask | small[rest[1:-1, 1:-1]], dtype=np.bool_)
