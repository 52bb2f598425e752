"""The runs of ones in the rows of a mask: a photograph has millions of pixels, and an outline few runs."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csgraph, csr_array

Places = NDArray[np.intp]


def runs_of(mask: NDArray[np.bool_]) -> tuple[Places, Places]:
    """Where they begin and end, counted row by row; each row has one place more than pixels, outside.

    Found in bits, eight pixels to a byte: most bytes are like the one before.
    """
    height, width = mask.shape
    bits = np.zeros((height, width // 8 + 1), dtype=np.uint8)
    bits[:, : -(-width // 8)] = np.packbits(mask, axis=1)
    line = bits.ravel()
    turned: NDArray[np.uint8] = line >> np.uint8(1)
    turned[1:] |= line[:-1] << np.uint8(7)
    turned ^= line
    some = np.flatnonzero(turned != 0)
    byte, bit = np.divmod(np.flatnonzero(np.unpackbits(turned[some])), 8)
    rows, columns = np.divmod(8 * some[byte] + bit, 8 * bits.shape[1])
    turns = rows * (width + 1) + columns
    return turns[::2], turns[1::2]


def parts_of(starts: Places, ends: Places, width: int, *, corners: bool) -> tuple[int, NDArray[np.int32], int]:
    """How many parts the runs of a mask of that width make, the part of each, and how often runs of neighbouring rows touch:
    by their sides, or by corners too. Sooner told than by pixels.
    """
    below = width + 1
    first = np.searchsorted(ends, starts + below - corners, side="right")
    touching = np.maximum(np.searchsorted(starts, ends + below + corners, side="left") - first, 0)
    until = np.concatenate([[0], np.cumsum(touching)])
    touched = np.arange(until[-1]) - np.repeat(until[:-1] - first, touching)
    graph = csr_array((np.ones(len(touched)), touched, until), shape=(len(starts), len(starts)))
    count, part = csgraph.connected_components(graph, directed=False)
    return int(count), part, len(touched)
