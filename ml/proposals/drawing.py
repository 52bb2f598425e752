"""A mask drawn larger along its outline only: what lies between equals is equal."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.proposals.growing import places
from ml.runs import runs_of

Bytes = NDArray[np.uint8]
Places = NDArray[np.intp]
Inside = NDArray[np.bool_]
HALF: Final = 127
BITS: Final = 22
"""Of PIL's weights."""


def grown_inside(values: Bytes, shape: tuple[int, int]) -> Inside:
    """`values` (hxw), drawn by PIL's bilinear filter at `shape` (HxW), above HALF."""
    if shape[0] < values.shape[0] or shape[1] < values.shape[1]:
        drawn = Image.fromarray(values).resize((shape[1], shape[0]), Image.Resampling.BILINEAR)
        return np.asarray(drawn) > HALF
    down, along = _taps(values.shape[0], shape[0]), _taps(values.shape[1], shape[1])
    inside = values > HALF
    result = _nearest(inside, down, along)
    rows, columns = np.divmod(np.flatnonzero(_mixed(inside)), values.shape[1])
    y, x = down.drawn_from(rows), along.drawn_from(columns)
    spots = y[:, :, None] * shape[1] + x[:, None, :]  # one number for a place is sooner found than two
    result.reshape(-1)[spots] = _between(values, (rows, columns), (down, along), (y, x)) > HALF
    return result


@dataclass(frozen=True, slots=True)
class _Taps:
    """The weights of the two neighbours that each place drawn lies between, and which places lie behind each neighbour: where
    they begin, and at last where they end.
    """

    weights: tuple[NDArray[np.int32], NDArray[np.int32]]
    begins: Places

    def drawn_from(self, first: Places) -> Places:
        """(N) -> (N, most): the places drawn of each, the last one again where there are fewer."""
        most = int(np.diff(self.begins).max())
        return np.asarray(
            np.minimum(self.begins[first][:, None] + np.arange(most), self.begins[first + 1][:, None] - 1)
        )


def _taps(length: int, drawn: int) -> _Taps:
    """As PIL has them, when it draws larger: in whole numbers; at the ends there is one neighbour."""
    place = places(length, drawn)
    first = place.astype(np.intp)
    second = place - first
    begins = np.searchsorted(first, np.arange(length + 1))
    return _Taps((_whole(1 - second), _whole(second)), begins)


def _whole(weights: NDArray[np.float64]) -> NDArray[np.int32]:
    return (weights * (1 << BITS) + 0.5).astype(np.int32)


def _nearest(inside: Inside, down: _Taps, along: _Taps) -> Inside:
    """All that is drawn like the first of its neighbours."""
    result = np.zeros((down.begins[-1], along.begins[-1]), dtype=np.bool_)
    starts, ends = runs_of(inside)
    rows, columns = np.divmod(starts, inside.shape[1] + 1)
    edges = (down.begins[rows], down.begins[rows + 1], along.begins[columns], along.begins[columns + ends - starts])
    for top, bottom, left, right in zip(*(edge.tolist() for edge in edges), strict=True):
        result[top:bottom, left:right] = True
    return result


def _mixed(inside: Inside) -> Inside:
    """Where a pixel, the next one, the one below and the one below that are not alike."""
    around = np.pad(inside, ((0, 1), (0, 1)), mode="edge")
    sideways = around[:, 1:] ^ around[:, :-1]
    return sideways[1:] | sideways[:-1] | (around[1:, :-1] ^ around[:-1, :-1])


def _between(
    values: Bytes, cells: tuple[Places, Places], taps: tuple[_Taps, _Taps], places: tuple[Places, Places]
) -> NDArray[np.int32]:
    """(N, most, most): along the rows first, rounded, then down."""
    (rows, columns), (down, along), (y, x) = cells, taps, places
    around = np.pad(values, ((0, 1), (0, 1)), mode="edge").astype(np.int32)
    left, right = (weights[x] for weights in along.weights)
    above, below = (
        _rounded(around[rows + row, columns][:, None] * left + around[rows + row, columns + 1][:, None] * right)
        for row in (0, 1)
    )
    upper, lower = (weights[y][:, :, None] for weights in down.weights)
    return _rounded(above[:, None, :] * upper + below[:, None, :] * lower)


def _rounded(sums: NDArray[np.int32]) -> NDArray[np.int32]:
    sums += 1 << (BITS - 1)
    sums >>= BITS
    return sums
