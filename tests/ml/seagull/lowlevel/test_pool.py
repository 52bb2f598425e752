"""Squares of a plane that comes in parts hold the means of its pixels, however it is written and wherever it is cut."""

import numpy as np
import pytest
from numpy.typing import NDArray

from ml.seagull.lowlevel.channels import Measured, written
from ml.seagull.lowlevel.pool import Place, Pool, Squares, Sums

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
    pool = Pool(squares, 1)
    for top in range(0, HEIGHT, step):
        for left in range(0, WIDTH, step):
            seen = np.s_[max(0, top - rim) : top + step + rim, max(0, left - rim) : left + step + rim]
            part = cut(measured, seen)
            own = tuple(slice(min(begin, rim), min(begin, rim) + step) for begin in (top, left))
            pool.add(*summed(squares, [part], own[0], own[1], top, left))
    return np.asarray(pool.means()[0])


def summed(
    squares: Squares, planes: list[Measured], rows: slice, columns: slice, top: int, left: int
) -> tuple[Place, Sums]:
    cut = squares.cut((rows, columns), top, left)
    return cut.place, cut.squares([cut.added_up(plane) for plane in planes])


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
    pool = Pool(squares, 1)

    pool.add(*summed(squares, [np.ones((700, 3), np.bool_)], slice(0, 700), slice(0, 3), 0, 0))

    assert pool.means().tolist() == [[[1.0]]]


def test_what_hangs_over_the_end_is_dropped() -> None:
    squares = Squares(10, 10, 2)

    (place, beside), (_, over) = (
        summed(squares, [np.ones((8, 8), np.float32)], slice(0, 8), slice(0, 8), top, 6) for top in (10, 6)
    )

    assert (place, beside.size) == ((0, 0), 0)
    assert over.sum() == 16


def test_planes_of_one_size_are_summed_together() -> None:
    squares = Squares(HEIGHT, WIDTH, 12)
    planes: list[Measured] = [plane(1), plane(2) > 0.5, ((plane(3), plane(4)),)]
    whole = slice(0, HEIGHT), slice(0, WIDTH)

    _, together = summed(squares, planes, *whole, 0, 0)

    assert together.shape == (3, 12, 9)
    for plane_, sums in zip(planes, together, strict=True):
        np.testing.assert_array_equal(sums, summed(squares, [plane_], *whole, 0, 0)[1][0])
