"""Means of a plane over squares, from parts of it that come one by one."""

import numpy as np
from numpy.typing import NDArray

from ml.seagull.lowlevel.channels import Plane

Place = tuple[int, int]
Sums = NDArray[np.float32]


class Pool:
    """Sums of a plane of height x width over squares, as many as `rows` of them along its height."""

    def __init__(self, height: int, width: int, rows: int) -> None:
        self.side = -(-height // rows)
        self.shape = height, width
        self.sums = np.zeros((-(-height // self.side), -(-width // self.side)))

    def summed(self, part: Plane, top: int, left: int) -> tuple[Place, Sums]:
        """A part of the plane that begins there, by squares; what hangs over the plane's end is dropped."""
        part = part[: max(0, self.shape[0] - top), : max(0, self.shape[1] - left)]
        if not part.size:
            return (0, 0), np.zeros((0, 0), np.float32)
        starts = self._starts(top, part.shape[0])
        rows = [part[one:end].sum(axis=0) for one, end in zip(starts, [*starts[1:], part.shape[0]], strict=True)]
        sums = np.add.reduceat(np.stack(rows), self._starts(left, part.shape[1]), axis=1)
        return (top // self.side, left // self.side), sums

    def add(self, place: Place, sums: Sums) -> None:
        (top, left), (height, width) = place, sums.shape
        self.sums[top : top + height, left : left + width] += sums

    def means(self) -> Plane:
        counts = [np.minimum(self.side, edge - np.arange(0, edge, self.side)) for edge in self.shape]
        return (self.sums / np.outer(*counts)).astype(np.float32)

    def _starts(self, begin: int, length: int) -> list[int]:
        """Where in a stretch each square begins."""
        return [0, *range((begin // self.side + 1) * self.side - begin, length, self.side)]
