"""What is counted many pixels at a time is what counting one by one says, to the bit."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from ml.seagull.lowlevel.cells import cell_means, cell_shares, cell_side
from ml.seagull.lowlevel.geometry import NAMES, geometry
from ml.seagull.regions import box_of, extent_of

SHAPES = [(1, 1), (9, 700), (300, 7), (130, 190), (256, 256), (391, 517)]


def blobs(shape: tuple[int, int], over: float = 0.5) -> NDArray[np.bool_]:
    noise = np.random.default_rng(sum(shape)).random(shape)
    return np.asarray(ndimage.uniform_filter(noise, 7) > over)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_share_of_a_cell_is_its_mean(shape: tuple[int, int]) -> None:
    side = cell_side(*shape)
    rows, columns = -(-shape[0] // side), -(-shape[1] // side)
    corner = np.zeros(shape, np.bool_)
    corner[shape[0] // 3 : shape[0] // 2 + 1, shape[1] // 3 : shape[1] // 2 + 1] = True
    masks = np.stack([blobs(shape), blobs(shape, 0.55), corner, np.ones(shape, np.bool_), np.zeros(shape, np.bool_)])

    expected = np.stack([cell_means(mask.astype(np.float32), rows, columns) for mask in masks])

    assert np.array_equal(cell_shares(masks, [box_of(mask) for mask in masks], rows, columns), expected)


def test_an_empty_mask_lies_nowhere() -> None:
    assert not geometry([extent_of(np.zeros((7, 9), np.bool_))]).any()


def test_cells_of_more_rows_than_a_byte_counts() -> None:
    mask = blobs((1200, 60))

    assert np.array_equal(cell_shares(mask[None], [box_of(mask)], 4, 1)[0], cell_means(mask.astype(np.float32), 4, 1))


@pytest.mark.parametrize("shape", SHAPES)
def test_places_and_sizes(shape: tuple[int, int]) -> None:
    mask = blobs(shape) | (np.indices(shape).sum(axis=0) == 0)
    rows, columns = mask.nonzero()

    [found] = geometry([extent_of(mask)])

    said = dict(zip(NAMES, found, strict=True))
    height, width = shape
    middle = mask[height // 4 : height - height // 4, width // 4 : width - width // 4]
    sides = [bool(side.any()) for side in (mask[0], mask[-1], mask[:, 0], mask[:, -1])]
    assert said["central"] == pytest.approx(middle.mean(), abs=1e-6)
    assert said["touches"] == sum(sides) / 4
    assert said["width"] == pytest.approx((np.ptp(columns) + 1) / width, abs=1e-6)
    assert said["height"] == pytest.approx((np.ptp(rows) + 1) / height, abs=1e-6)
    assert said["log_pixels"] == pytest.approx(np.log(mask.sum()), abs=1e-6)
    assert said["x"] == pytest.approx((columns + 0.5).mean() / shape[1] - 0.5, abs=1e-6)
    assert said["y"] == pytest.approx((rows + 0.5).mean() / shape[0] - 0.5, abs=1e-6)
