"""Masks without specks: one connected part, no pinholes."""

import numpy as np
from scipy import ndimage

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


def without_pinholes(mask: Mask, hole_share: float) -> Mask:
    """Only holes larger than `hole_share` of the region stay: what is seen through a handle, not noise."""
    rest, count = ndimage.label(np.pad(~mask, 1, constant_values=True))
    if count == 1:  # all that is not the region lies outside it
        return mask
    sizes = np.bincount(rest.ravel())
    small = sizes < hole_share * np.count_nonzero(mask)
    small[[0, rest[0, 0]]] = False  # the region itself, and what is outside it
    return np.asarray(mask | small[rest[1:-1, 1:-1]], dtype=np.bool_)
