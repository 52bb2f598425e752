"""The proposer that needs no weights: patches, a merge tree, saliency, and a score."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from ml.proposals import saliency, scoring
from ml.proposals.hierarchy import Unions, merge_tree
from ml.proposals.proposal import Box, Level, Point, Proposal, Rgb, proposal_of
from ml.proposals.refine import full_mask
from ml.proposals.selection import keep
from ml.proposals.superpixels import Floats, PatchGraph, patch_graph

MOST_OF_A_LEVEL = 10
LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32) * np.float32(100 / 255)


class EmbeddedProposer:
    """Classical segmentation, deterministic. See `Proposer` for the contract."""

    source: ClassVar[str] = "embedded"

    def set_image(self, rgb: Rgb) -> None:
        """Takes uint8 HxWx3."""
        self.guide: Floats = rgb @ LUMA
        self.graph: PatchGraph = patch_graph(rgb)
        self.way = saliency.geodesic(self.graph)
        self.behind = saliency.background(self.graph, self.way)
        self.salient = saliency.saliency(self.graph, self.behind)
        self.tree: Unions = merge_tree(self.graph)

    def propose(self) -> list[Proposal]:
        """Objects and components, best first."""
        unions = np.concatenate([self.tree, saliency.salient_unions(self.graph, self.salient)])
        seen = scoring.looks(self.graph, unions, self.salient)
        found = self._best(unions, scoring.objectness(seen), "object")
        found += self._best(unions, scoring.partness(seen), "component")
        return keep(found)

    def _best(self, unions: Unions, scores: Floats, level: Level) -> list[Proposal]:
        taken: list[int] = []
        for index in np.argsort(-scores, kind="stable"):
            if len(taken) == MOST_OF_A_LEVEL or scores[index] < 0.05:
                break
            if all(self._iou(unions[index], unions[other]) < 0.7 for other in taken):
                taken.append(int(index))
        return [self._proposal(unions[index], level, float(scores[index])) for index in taken]

    def _iou(self, a: np.ndarray, b: np.ndarray) -> float:
        return float(self.graph.area[a & b].sum() / self.graph.area[a | b].sum())

    def _proposal(self, members: np.ndarray, level: Level, score: float) -> Proposal:
        mask = full_mask(members[self.graph.labels], self.graph.lab[..., 0], self.guide)
        return proposal_of(mask, level=level, score=score, source=self.source)
