"""The proposer that needs no weights: patches, a merge tree, saliency, and a score. Deterministic."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ml.proposals import clicks, saliency, scoring
from ml.proposals.hierarchy import Unions, merge_tree
from ml.proposals.proposal import (
    Box,
    EmptyMaskError,
    Level,
    Mask,
    NoRegionError,
    Point,
    Proposal,
    Rgb,
    check_prompt,
    proposal_of,
)
from ml.proposals.refine import Window, part_of_mask
from ml.proposals.selection import MIN_AREA, keep
from ml.proposals.superpixels import WORK_SIDE, Floats, PatchGraph, patch_graph, reduced_to

MOST_OF_A_LEVEL = 10
FINE_SIDE = 1024
"""Longest side, in pixels, of the image that outlines follow; beyond it they are only drawn larger."""
LEAST_SCORE = 0.12
MOST_OVERLAP = 0.7


@dataclass(frozen=True, eq=False)
class _Scene:
    """What is known about the image of `size` (H, W).

    `fine` is the image at the size of outlines; `unions` (KxN) are all regions considered, `seen` their measures.
    """

    size: tuple[int, int]
    fine: Rgb
    graph: PatchGraph
    way: Floats
    salient: Floats
    unions: Unions
    seen: scoring.Looks


class EmbeddedProposer:
    """Classical segmentation. See `Proposer` for the contract; one instance serves one thread."""

    source: ClassVar[str] = "embedded"

    def __init__(self) -> None:
        self._scene: _Scene | None = None

    def set_image(self, rgb: Rgb) -> None:
        """Takes uint8 HxWx3."""
        small, fine = reduced_to(rgb, WORK_SIDE, FINE_SIDE)
        graph = patch_graph(small)
        way = saliency.geodesic(graph)
        salient = saliency.saliency(graph, saliency.background(graph, way))
        unions = np.concatenate([merge_tree(graph), saliency.salient_unions(graph, salient)])
        seen = scoring.looks(graph, unions, salient)
        self._scene = _Scene((rgb.shape[0], rgb.shape[1]), fine, graph, way, salient, unions, seen)

    def propose(self) -> list[Proposal]:
        """Objects and components, best first."""
        scene = self._look()
        found = list(_best(scene, scoring.objectness(scene.seen), "object"))
        found.extend(_best(scene, scoring.partness(scene.seen), "component"))
        return keep(found)

    def segment(self, points: Sequence[Point], box: Box | None = None) -> Proposal:
        """The region meant by clicks and box; see `Proposer.segment`."""
        scene = self._look()
        check_prompt(points, box, *scene.size)
        prompt = clicks.on_patches(scene.graph, points, box, scene.size)
        members = clicks.meant(scene.graph, scene.way, scene.unions, scene.seen, prompt)
        mask = np.zeros(scene.size, dtype=np.bool_)
        for number, part in enumerate(saliency.parts(scene.graph, members)):
            window, found = _part_of_mask(scene, part)
            mask[window] = mask[window] | found if number else found
        mask = clicks.obeying(mask, scene.graph, points, box)
        mask.flags.writeable = False
        level, score = _judged(scene, members)
        try:
            return proposal_of(mask, level=level, score=score, source=self.source)
        except EmptyMaskError as error:
            raise NoRegionError("there is no region in that box; draw it larger or click") from error

    def _look(self) -> _Scene:
        if self._scene is None:
            raise RuntimeError("set_image comes first")
        return self._scene


def _best(scene: _Scene, scores: Floats, level: Level) -> Iterator[Proposal]:
    """The best unions of one level as proposals, no two of them nearly the same."""
    fine = np.flatnonzero((scores > LEAST_SCORE) & (scene.seen.share * math.prod(scene.size) >= 0.8 * MIN_AREA))
    taken: list[int] = []
    for index in fine[np.argsort(-scores[fine], kind="stable")]:
        if all(_iou(scene, int(index), other) < MOST_OVERLAP for other in taken):
            taken.append(int(index))
            mask = _mask(scene, scene.unions[index])
            if not mask.any():  # thinner than a pixel of the reduced image
                continue
            yield proposal_of(mask, level=level, score=float(scores[index]), source=EmbeddedProposer.source)
        if len(taken) == MOST_OF_A_LEVEL:
            return


def _iou(scene: _Scene, a: int, b: int) -> float:
    area, first, second = scene.graph.area, scene.unions[a], scene.unions[b]
    return float(area[first & second].sum() / area[first | second].sum())


def _mask(scene: _Scene, members: NDArray[np.bool_]) -> Mask:
    mask = np.zeros(scene.size, dtype=np.bool_)
    window, part = _part_of_mask(scene, members)
    mask[window] = part
    return mask


def _part_of_mask(scene: _Scene, members: NDArray[np.bool_]) -> tuple[Window, Mask]:
    return part_of_mask(members[scene.graph.labels], scene.graph.rgb, scene.fine, scene.size)


def _judged(scene: _Scene, members: NDArray[np.bool_]) -> tuple[Level, float]:
    seen = scoring.looks(scene.graph, members[None, :], scene.salient)
    whole, part = float(scoring.objectness(seen)[0]), float(scoring.partness(seen)[0])
    return ("object", whole) if whole >= part else ("component", part)
