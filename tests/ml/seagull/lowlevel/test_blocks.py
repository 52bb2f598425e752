"""The cosines of blocks are those of scipy's transform of each block."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import fft

from ml.seagull.lowlevel.blocks import NOTHING, SIDE, cosines
from ml.seagull.lowlevel.channels import written


def luma() -> NDArray[np.float32]:
    """Noise, a slope, and blocks of one colour each."""
    plane = np.random.default_rng(8).random((35, 50), dtype=np.float32)
    plane[:, 16:32] = np.linspace(0, 1, 16, dtype=np.float32)
    plane[8:24, 40:48] = 0.5
    return plane


@pytest.mark.parametrize(("index", "band"), [(0, (1, 3)), (1, (4, 7)), (2, (8, 14))])
def test_bands_are_means_of_the_cosines_between_two_diagonals(index: int, band: tuple[int, int]) -> None:
    plane, found = luma(), {name: written(measured) for name, measured in cosines(luma())}

    diagonal = np.add.outer(np.arange(SIDE), np.arange(SIDE))
    inside = (band[0] <= diagonal) & (diagonal <= band[1])
    for row, column in np.ndindex(4, 6):
        block = plane[row * SIDE : (row + 1) * SIDE, column * SIDE : (column + 1) * SIDE]
        sizes = np.abs(fft.dctn(block.astype(np.float64), norm="ortho"))[inside]
        assert found[f"band{index}"][row, column] == pytest.approx(sizes.mean(), abs=1e-6)
        if index:
            assert found[f"nothing{index}"][row, column] == pytest.approx((sizes < NOTHING).mean(), abs=1e-6)


def test_a_block_is_blank_when_all_its_cosines_are_nothing() -> None:
    found = {name: written(measured) for name, measured in cosines(luma())}

    assert np.argwhere(found["blank"]).tolist() == [[1, 5], [2, 5]]


def test_a_picture_smaller_than_a_block_has_none() -> None:
    assert [written(measured).tolist() for _, measured in cosines(luma()[:7])] == 6 * [[[0.0]]]
