"""Which candidates are worth keeping, and which few of them a study asks about."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ml.proposals.proposal import LEVELS, Mask, Proposal

MAX_IOU = 0.85
MIN_AREA = 32 * 32
"""Pixels. The paper drops smaller regions (section 3.1.2)."""
COMPARED_SIDE = 384
JITTER = 0.04
"""How far, in score, a seed may change the order: near-equals only."""


def keep(
    proposals: Sequence[Proposal], *, min_area: int = MIN_AREA, max_share: float = 0.9, max_iou: float = MAX_IOU
) -> list[Proposal]:
    """The candidates that are big enough, not nearly the whole image, and no near-duplicates; best first.

    Of two that overlap more than `max_iou`, or of which one lies in the other and has most of its size, the one with
    the higher score stays.
    """
    ranked = sorted(proposals, key=lambda p: (-p.score, p.box, p.area))
    fitting = [p for p in ranked if p.area >= min_area and p.area <= max_share * p.mask.size]
    overlap, areas = overlaps([p.mask for p in fitting])
    kept: list[int] = []
    for candidate in range(len(fitting)):
        if not any(_same(overlap, areas, candidate, other, max_iou) for other in kept):
            kept.append(candidate)
    return [fitting[index] for index in kept]


def unlike(proposals: Sequence[Proposal], known: Sequence[Mask]) -> list[Proposal]:
    """The proposals, in their order, that are no near-duplicates of regions the image has already."""
    if not known:
        return list(proposals)
    overlap, areas = overlaps([*known, *(one.mask for one in proposals)])
    return [
        one
        for index, one in enumerate(proposals, len(known))
        if not any(_same(overlap, areas, index, other, MAX_IOU) for other in range(len(known)))
    ]


def choose(proposals: Sequence[Proposal], count: int = 3, seed: int = 0) -> list[Proposal]:
    """Up to `count` regions of one image: the best object, the best component, then whatever adds most.

    High scores, unlike in place and size. The same arguments give the same answer; another `seed` may swap near-equals.
    """
    ranked = keep(proposals)
    overlap, areas = overlaps([p.mask for p in ranked])
    scores = _jittered([p.score for p in ranked], seed)
    chosen: list[int] = []
    while len(chosen) < min(count, len(ranked)):
        rest = _next_level(ranked, chosen)
        worth = [scores[index] * _novelty(ranked, overlap, areas, index, chosen) for index in rest]
        chosen.append(rest[int(np.argmax(worth))])
    return [ranked[index] for index in chosen]


def overlaps(masks: Sequence[Mask]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Shared pixels of every pair (NxN) and pixels of each (N) for N masks of one image, on a grid of at most
    `COMPARED_SIDE` points a side: shares of each other, not counts."""
    if not masks:
        return np.zeros((0, 0)), np.zeros(0)
    step = max(1, math.ceil(max(masks[0].shape) / COMPARED_SIDE))
    rows = np.stack([mask[::step, ::step].ravel() for mask in masks]).astype(np.float32)
    shared = (rows @ rows.T).astype(np.float64)
    return shared, np.diag(shared).copy()


def _same(shared: NDArray[np.float64], areas: NDArray[np.float64], a: int, b: int, max_iou: float) -> bool:
    union = areas[a] + areas[b] - shared[a, b]
    small, large = sorted((areas[a], areas[b]))
    contained = shared[a, b] > 0.95 * small and small > 0.75 * large
    return bool(shared[a, b] > max_iou * union or contained)


def _jittered(scores: Sequence[float], seed: int) -> list[float]:
    noise = np.random.default_rng(seed).uniform(-JITTER, JITTER, len(scores))
    return [max(score + float(step), 1e-3) for score, step in zip(scores, noise, strict=True)]


def _next_level(ranked: Sequence[Proposal], chosen: Sequence[int]) -> list[int]:
    """Candidates for the next place: of the first level that is not chosen yet and still to be had, else all."""
    rest = [index for index in range(len(ranked)) if index not in chosen]
    have = {ranked[index].level for index in chosen}
    for level in LEVELS:
        of_level = [index for index in rest if ranked[index].level == level]
        if level not in have and of_level:
            return of_level
    return rest


def _novelty(
    ranked: Sequence[Proposal],
    shared: NDArray[np.float64],
    areas: NDArray[np.float64],
    index: int,
    chosen: Sequence[int],
) -> float:
    """0..1: how little the candidate repeats one already chosen, by pixels and by place."""
    if not chosen:
        return 1.0
    unions = [areas[index] + areas[other] - shared[index, other] for other in chosen]
    worst = max(shared[index, other] / max(union, 1.0) for other, union in zip(chosen, unions, strict=True))
    nearest = min(_distance(ranked[index], ranked[other]) for other in chosen)
    return float((1.0 - worst) * (0.6 + 0.4 * min(nearest / 0.25, 1.0)))


def _distance(a: Proposal, b: Proposal) -> float:
    """Between box centres, plus the ratio of sizes, in shares of the image's diagonal."""
    height, width = a.mask.shape
    dx = (a.box[0] + a.box[2] / 2) - (b.box[0] + b.box[2] / 2)
    dy = (a.box[1] + a.box[3] / 2) - (b.box[1] + b.box[3] / 2)
    size = abs(math.log(a.area / b.area)) / 10
    return math.hypot(dx, dy) / math.hypot(width, height) + size
