"""Squares of a plane that comes in parts hold the means of its pixels, however it is written and wherever it is cut."""

import numpy as np
import pytest
from numpy.typing import NDArray

from ml.seagull.lowlevel.channels import Measured, written
from ml.seagull.lowlevel.pool import Pool, Squares

HEIGHT, WIDTH = 83, 61


def plane(seed: int) -> NDArray[np.float32]:
    return np.random.default_rng(seed).random((HEIGHT, WIDTH), dtype=np.float32)


COMB = np.broadcast_to(np.arange(WIDTH, dtype=np.float32) % 3, (HEIGHT, WIDTH))
KINDS: dict[str, Measured] = {
    "numbers": plane(1),
    "yes or no": plane(1) > 0.5,
    "a product": ((plane(1), plane(2)),),
    "a sum of products": ((plane(1), plane(2)), (plane(3), COMB)),
}


def pooled(measured: Measured, rows: int, step: int, rim: int) -> NDArray[np.float32]:
    """Cut into parts of `step` pixels, each of which lies in a plane with a rim around it."""
    squares = Squares(HEIGHT, WIDTH, rows)
    pool = Pool(squares)
    for top in range(0, HEIGHT, step):
        for left in range(0, WIDTH, step):
            seen = np.s_[max(0, top - rim) : top + step + rim, max(0, left - rim) : left + step + rim]
            part = cut(measured, seen)
            own = tuple(slice(min(begin, rim), min(begin, rim) + step) for begin in (top, left))
            pool.add(*squares.summed(part, (own[0], own[1]), top, left))
    return pool.means()


def cut(measured: Measured, seen: tuple[slice, slice]) -> Measured:
    if isinstance(measured, tuple):
        return tuple((first[seen], second[seen]) for first, second in measured)
    return measured[seen]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("rows", "step"), [(83, 20), (12, 20), (12, 7), (5, 16), (2, 40), (1, 100)])
def test_the_means_are_those_of_the_whole_plane(kind: str, rows: int, step: int) -> None:
    measured = KINDS[kind]
    side = -(-HEIGHT // rows)

    found = pooled(measured, rows, step, rim=4)

    whole = written(measured)
    for row, column in np.ndindex(found.shape):
        square = whole[row * side : (row + 1) * side, column * side : (column + 1) * side]
        assert found[row, column] == pytest.approx(float(square.mean(dtype=np.float64)), abs=1e-5)


def test_more_than_a_byte_of_pixels_is_counted_right() -> None:
    squares = Squares(700, 3, 1)
    pool = Pool(squares)

    pool.add(*squares.summed(np.ones((700, 3), np.bool_), (slice(0, 700), slice(0, 3)), 0, 0))

    assert pool.means().tolist() == [[1.0]]


def test_what_hangs_over_the_end_is_dropped() -> None:
    squares = Squares(10, 10, 2)

    (place, beside), (_, over) = (
        squares.summed(np.ones((8, 8), np.float32), (slice(0, 8), slice(0, 8)), top, 6) for top in (10, 6)
    )

    assert (place, beside.size) == ((0, 0), 0)
    assert over.sum() == 16
