"""Means of a plane over squares, from parts of it that come one by one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.seagull.lowlevel.channels import Measured, Plane

Place = tuple[int, int]
Sums = NDArray[np.float32]
Part = tuple[slice, slice]
BYTE = 255


@dataclass(frozen=True, slots=True)
class Squares:
    """Of a plane of height x width, as many as `rows` of them along its height."""

    height: int
    width: int
    rows: int

    @property
    def side(self) -> int:
        return -(-self.height // self.rows)

    def summed(self, measured: Measured, part: Part, top: int, left: int) -> tuple[Place, Sums]:
        """A part of what was measured, which begins there in the plane; what hangs over the plane's end is dropped."""
        height = min(part[0].stop - part[0].start, self.height - top)
        width = min(part[1].stop - part[1].start, self.width - left)
        if height <= 0 or width <= 0:
            return (0, 0), np.zeros((0, 0), np.float32)
        rows = slice(part[0].start, part[0].start + height)
        columns = slice(part[1].start, part[1].start + width)
        found = [_added_up(measured, some, columns, many) for some, many in self._runs(rows, top)]
        sums = np.add.reduceat(np.concatenate(found), self._starts(left, width), axis=1)
        return (top // self.side, left // self.side), sums

    def counts(self) -> NDArray[np.int64]:
        """Pixels of each square."""
        down, along = (
            np.minimum(self.side, edge - np.arange(0, edge, self.side)) for edge in (self.height, self.width)
        )
        return np.outer(down, along)

    def _runs(self, rows: slice, top: int) -> Iterator[tuple[slice, int]]:
        """The rows by squares, and how many squares: what is left of one, all that are whole, the beginning of one."""
        whole = rows.start + -top % self.side
        end = whole + max(0, rows.stop - whole) // self.side * self.side
        if rows.start < whole:
            yield slice(rows.start, min(whole, rows.stop)), 1
        if whole < end:
            yield slice(whole, end), (end - whole) // self.side
        if whole <= end < rows.stop:
            yield slice(end, rows.stop), 1

    def _starts(self, begin: int, length: int) -> list[int]:
        """Where in a stretch each square begins."""
        return [0, *range((begin // self.side + 1) * self.side - begin, length, self.side)]


class Pool:
    """The sums of one plane over its squares."""

    def __init__(self, squares: Squares) -> None:
        self.squares = squares
        self.sums = np.zeros(squares.counts().shape)

    def add(self, place: Place, sums: Sums) -> None:
        (top, left), (height, width) = place, sums.shape
        self.sums[top : top + height, left : left + width] += sums

    def means(self) -> Plane:
        return (self.sums / self.squares.counts()).astype(np.float32)


def _added_up(measured: Measured, rows: slice, columns: slice, squares: int) -> Sums:
    """Column by column, of so many squares below each other.

    Products are added up without being written down, and what is or is not is counted in bytes.
    """

    def cut(plane: NDArray[Any]) -> NDArray[Any]:
        inside = plane[rows, columns]
        return inside.reshape(squares, len(inside) // squares, inside.shape[1])

    if isinstance(measured, tuple):
        (first, second), *others = measured
        sums: Sums = np.einsum("kij,kij->kj", cut(first), cut(second))
        for one, other in others:
            sums += np.einsum("kij,kij->kj", cut(one), cut(other))
        return sums
    if measured.dtype == np.bool_:
        number = np.uint8 if (rows.stop - rows.start) // squares <= BYTE else np.uint32
        return np.asarray(cut(measured.view(np.uint8)).sum(axis=1, dtype=number), dtype=np.float32)
    return np.asarray(cut(measured).sum(axis=1))
