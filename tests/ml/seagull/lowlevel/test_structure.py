"""What is added up along one long row is what a look at every pixel and its neighbours tells, to the bit."""

import numpy as np
import pytest
from numpy.typing import NDArray

from ml.seagull.lowlevel.blocks import _jumps
from ml.seagull.lowlevel.channels import across, down
from ml.seagull.lowlevel.structure import _laplacian, _residue

SHAPES = [(1, 1), (1, 9), (9, 1), (2, 2), (2, 7), (7, 2), (31, 44)]


@pytest.fixture(params=SHAPES)
def plane(request: pytest.FixtureRequest) -> NDArray[np.float32]:
    return np.random.default_rng(6).random(request.param, dtype=np.float32)


def test_the_laplacian_is_that_of_a_plane_that_goes_on_as_it_ends(plane: NDArray[np.float32]) -> None:
    around = np.pad(plane, 1, mode="edge")
    four = around[:-2, 1:-1] + around[2:, 1:-1] + around[1:-1, :-2] + around[1:-1, 2:]

    np.testing.assert_array_equal(_laplacian(plane), np.abs(4 * plane - four))


def test_the_residue_is_the_second_step_of_second_steps(plane: NDArray[np.float32]) -> None:
    around = np.pad(plane, 1, mode="edge")
    rows = around[:-2] - 2 * around[1:-1] + around[2:]

    np.testing.assert_array_equal(_residue(plane), np.abs(rows[:, :-2] - 2 * rows[:, 1:-1] + rows[:, 2:]))


def test_steps_are_those_to_the_left_and_to_the_pixel_above(plane: NDArray[np.float32]) -> None:
    np.testing.assert_array_equal(across(plane), np.diff(plane, axis=1, prepend=plane[:, :1]))
    np.testing.assert_array_equal(down(plane), np.diff(plane, axis=0, prepend=plane[:1]))


@pytest.mark.parametrize("axis", [0, 1])
def test_a_jump_is_what_a_step_has_more_than_the_steps_beside_it(plane: NDArray[np.float32], axis: int) -> None:
    size = np.moveaxis(plane, axis, 1)
    beside = np.pad(size, ((0, 0), (1, 1)), mode="reflect" if size.shape[1] > 1 else "edge")
    expected = np.maximum(size - (beside[:, :-2] + beside[:, 2:]) / 2, 0)
    if size.shape[1] > 1:  # at an end: the step itself and the one beside it
        ends = np.stack([size[:, 0] + size[:, 1], size[:, -2] + size[:, -1]], axis=1)
        expected[:, [0, -1]] = np.maximum(size[:, [0, -1]] - ends / 2, 0)

    np.testing.assert_array_equal(np.moveaxis(_jumps(plane.copy(), axis), axis, 1), expected)
