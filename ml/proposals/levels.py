"""Masks of unknown kind sorted into whole things and parts of them."""

import math
from collections.abc import Sequence

import numpy as np

from ml.proposals.proposal import Level, Mask, Proposal, proposal_of
from ml.proposals.selection import COMPARED_SIDE, overlaps

INSIDE = 0.9
LARGER = 1.6
LARGEST_WHOLE = 0.6
SMALLEST_WHOLE = 0.01


def graded(found: Sequence[tuple[Mask, float]], *, source: str) -> list[Proposal]:
    """Proposals of masks (bool HxW) with the sureness 0..1 of each.

    A component lies in a clearly larger mask that is not a background, or is smaller than 1 % of the image. The score
    is the sureness, less for what is tiny and for what fills several sides of the frame.
    """
    shared, areas = overlaps([mask for mask, _ in found])
    proposals = []
    for index, (mask, sure) in enumerate(found):
        level = _level(shared[index], areas, index, mask)
        proposals.append(proposal_of(mask, level=level, score=sure * _prior(mask), source=source))
    return proposals


def _level(shared: np.ndarray, areas: np.ndarray, index: int, mask: Mask) -> Level:
    share = areas / max(float(mask[:: _step(mask), :: _step(mask)].size), 1.0)
    holds = (shared >= INSIDE * areas[index]) & (areas >= LARGER * areas[index]) & (share <= LARGEST_WHOLE)
    return "component" if holds.any() or mask.mean() < SMALLEST_WHOLE else "object"


def _step(mask: Mask) -> int:
    return int(max(1, math.ceil(max(mask.shape) / COMPARED_SIDE)))


def _prior(mask: Mask) -> float:
    share = float(mask.mean())
    sides = sum(bool(side.mean() > 0.12) for side in (mask[0], mask[-1], mask[:, 0], mask[:, -1]))
    tiny = min(1.0, math.sqrt(share / 0.01))
    return (0.4 + 0.6 * tiny) * (0.5 if sides >= 3 else 1.0)
