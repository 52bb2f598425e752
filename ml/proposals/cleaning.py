"""Masks without specks: one connected part, no pinholes."""

import numpy as np

from ml.proposals.proposal import Mask
from ml.runs import Places, parts_of, runs_of


def one_part(mask: Mask, *, hole_share: float = 0.02) -> Mask:
    """The largest connected part of `mask` (bool HxW), holes smaller than `hole_share` of it filled."""
    return without_pinholes(largest_part(mask), hole_share)


def largest_part(mask: Mask) -> Mask:
    """Only the largest connected part of `mask` (bool HxW); holes stay."""
    starts, ends = runs_of(mask)
    count, part, _ = parts_of(starts, ends, mask.shape[1], corners=False)
    if count < 2:
        return mask
    others = part != np.bincount(part, weights=ends - starts).argmax()
    return _without_runs(mask, starts[others], ends[others])


def without_pinholes(mask: Mask, hole_share: float) -> Mask:
    """Only holes larger than `hole_share` of the region stay: what is seen through a handle, not noise."""
    rest = np.pad(~mask, 1, constant_values=True)
    starts, ends = runs_of(rest)
    count, part, _ = parts_of(starts, ends, rest.shape[1], corners=False)
    if count == 1:  # all that is not the region lies outside it
        return mask
    small = np.bincount(part, weights=ends - starts) < hole_share * np.count_nonzero(mask)
    small[part[0]] = False  # what is outside it
    filled = small[part]
    if not filled.any():
        return mask
    return ~_without_runs(rest, starts[filled], ends[filled])[1:-1, 1:-1]


def _without_runs(mask: Mask, starts: Places, ends: Places) -> Mask:
    kept = mask.copy()
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        row, column = divmod(start, mask.shape[1] + 1)
        kept[row, column : column + end - start] = False
    return kept
