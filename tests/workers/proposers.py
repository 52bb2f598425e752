"""A proposer for tests: the same small interface, known masks."""

from collections.abc import Sequence

import numpy as np

from ml.proposals.proposal import NoRegionError, Point, Proposal, Rgb, proposal_of


class FakeProposer:
    """Proposes two blocks; a click gives the block of 40 x 40 pixels around it. Counts how often it and its copies looked
    at an image."""

    source = "fake"

    def __init__(self) -> None:
        self.looks: list[tuple[int, int]] = []
        self.shape = (0, 0)

    @property
    def looked(self) -> int:
        return len(self.looks)

    def set_image(self, rgb: Rgb) -> None:
        self.shape = rgb.shape[:2]
        self.looks.append(self.shape)

    def propose(self) -> list[Proposal]:
        return [
            proposal_of(self._block(0, 0, 40), level="object", score=0.9, source=self.source),
            proposal_of(self._block(30, 10, 33), level="component", score=0.5, source=self.source),
            proposal_of(self._block(0, 0, 5), level="component", score=0.4, source=self.source),
        ]

    def segment(self, points: Sequence[Point], box: object = None) -> Proposal:
        x, y, _ = next(point for point in points if point[2])
        if any(not positive for _, _, positive in points):
            raise NoRegionError("no region leaves these points out")
        return proposal_of(self._block(max(0, x - 20), max(0, y - 20), 40), level="object", score=1, source=self.source)

    def _block(self, x: int, y: int, side: int) -> "np.ndarray[tuple[int, int], np.dtype[np.bool_]]":
        mask = np.zeros(self.shape, dtype=bool)
        mask[y : y + side, x : x + side] = True
        return mask
