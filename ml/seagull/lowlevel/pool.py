"""Means of a plane over squares, from parts of it that come one by one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.seagull.lowlevel.channels import Measured

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

    def cut(self, part: Part, top: int, left: int) -> "Cut":
        """What of a part, which begins there in the plane, lies in which squares; what hangs over its end is dropped."""
        height = min(part[0].stop - part[0].start, self.height - top)
        width = min(part[1].stop - part[1].start, self.width - left)
        if height <= 0 or width <= 0:
            return Cut((0, 0), (), slice(0, 0), ())
        rows = slice(part[0].start, part[0].start + height)
        columns = slice(part[1].start, part[1].start + width)
        place = (top // self.side, left // self.side)
        return Cut(place, tuple(self._runs(rows, top)), columns, self._starts(left, width))

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

    def _starts(self, begin: int, length: int) -> tuple[int, ...]:
        """Where in a stretch each square begins."""
        return (0, *range((begin // self.side + 1) * self.side - begin, length, self.side))


@dataclass(frozen=True, slots=True)
class Cut:
    """A part of a plane that lies in squares from `place` on: `rows` with how many squares they are, then columns."""

    place: Place
    rows: tuple[tuple[slice, int], ...]
    columns: slice
    starts: tuple[int, ...]

    def added_up(self, measured: Measured) -> Sums:
        """Column by column within each row of squares. Small calls cost more than the sums: the rest is for many planes."""
        sums = np.empty((sum(many for _, many in self.rows), self.columns.stop - self.columns.start), np.float32)
        done = 0
        for some, many in self.rows:
            _add_up(measured, some, self.columns, sums[done : done + many])
            done += many
        return sums

    def squares(self, added: Sequence[Sums]) -> Sums:
        """(planes, rows of squares, squares): the sums of every square, of planes `added_up`."""
        if not self.starts:
            return np.zeros((len(added), 0, 0), np.float32)
        return np.add.reduceat(np.stack(added), self.starts, axis=2)


class Pool:
    """The sums of some planes over their squares, which all have in common."""

    def __init__(self, squares: Squares, planes: int) -> None:
        self.squares = squares
        self.sums = np.zeros((planes, *squares.counts().shape))

    def add(self, place: Place, sums: Sums) -> None:
        (top, left), (_, height, width) = place, sums.shape
        self.sums[:, top : top + height, left : left + width] += sums

    def means(self) -> NDArray[np.float32]:
        return (self.sums / self.squares.counts()).astype(np.float32)


def _add_up(measured: Measured, rows: slice, columns: slice, sums: Sums) -> None:
    """Into `sums`, which has a row for each of so many squares below each other.

    Products are added up without being written down, and what is or is not is counted in bytes.
    """

    def cut(plane: NDArray[Any]) -> NDArray[Any]:
        inside = plane[rows, columns]
        return inside.reshape(len(sums), len(inside) // len(sums), inside.shape[1])

    if isinstance(measured, tuple):
        (first, second), *others = measured
        np.einsum("kij,kij->kj", cut(first), cut(second), out=sums)
        for one, other in others:
            sums += np.einsum("kij,kij->kj", cut(one), cut(other))
    elif measured.dtype == np.bool_:
        number = np.uint8 if (rows.stop - rows.start) // len(sums) <= BYTE else np.uint32
        sums[:] = np.add.reduce(cut(measured.view(np.uint8)), axis=1, dtype=number)
    else:
        np.add.reduce(cut(measured), axis=1, out=sums)
