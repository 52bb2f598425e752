"""The runs of ones in the rows of a mask: a photograph has millions of pixels, and an outline few runs."""

import numpy as np
from numpy.typing import NDArray

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
