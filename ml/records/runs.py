"""COCO's compressed run-length code, read far enough to know that it is sound before C code decodes it."""

import numpy as np
from numpy.typing import NDArray

FIRST, MORE, SIGN = 48, 0x20, 0x10


class RunsError(ValueError):
    """The text is no run-length code of the picture's size; the message says why."""


def runs_of(counts: str) -> NDArray[np.int64]:
    """Lengths of the runs, down the columns, outside and inside in turn. Raises RunsError.

    Each number is written in pieces of five bits, lowest first, from the character "0" on, with a bit that says
    whether another piece follows; from the fourth number on it is the difference to the last but one.
    """
    pieces = np.frombuffer(counts.encode(), dtype=np.uint8).astype(np.int64) - FIRST
    if not pieces.size or pieces.min() < 0 or pieces.max() > 0x3F or pieces[-1] & MORE:
        raise RunsError("the run-length code is empty, cut off or holds characters that it cannot have")
    starts = np.flatnonzero(np.concatenate([[True], (pieces[:-1] & MORE) == 0]))
    lengths = np.diff(np.append(starts, pieces.size))
    if lengths.max() > 7:
        raise RunsError("the run-length code holds a number without end")
    place = np.arange(pieces.size) - np.repeat(starts, lengths)
    values = np.add.reduceat((pieces & 0x1F) << (5 * place), starts)
    negative = (pieces[starts + lengths - 1] & SIGN) != 0
    values -= np.where(negative, 1 << (5 * lengths), 0)
    values[1::2] = np.cumsum(values[1::2])
    values[2::2] = np.cumsum(values[2::2])
    return values


def area_of(counts: str, size: tuple[int, int]) -> int:
    """Pixels inside. Raises RunsError unless the runs fill a picture of `size` (height, width) exactly."""
    runs = runs_of(counts)
    if runs.min() < 0 or int(runs.sum()) != size[0] * size[1]:
        raise RunsError(f"the run-length code does not fill {size[0]} x {size[1]} pixels (height x width)")
    return int(runs[1::2].sum())
