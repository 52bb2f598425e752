import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy import ndimage

from ml.runs import runs_of
from ml.seagull.regions import FLAGS, Box, box_of, extent_of, flags_of, parts_and_holes, unseen_levels

Mask = NDArray[np.bool_]


def blank() -> Mask:
    return np.zeros((100, 120), dtype=np.bool_)


def block(top: int, left: int, bottom: int, right: int) -> Mask:
    mask = blank()
    mask[top:bottom, left:right] = True
    return mask


def ring() -> Mask:
    return block(20, 20, 80, 80) & ~block(40, 40, 41, 41)


@pytest.mark.parametrize(
    ("mask", "flags"),
    [
        (blank(), {"empty", "tiny"}),
        (block(50, 50, 51, 51), {"one_pixel_wide", "tiny"}),
        (block(10, 50, 90, 51), {"one_pixel_wide", "tiny"}),
        (block(50, 10, 51, 90), {"one_pixel_wide", "tiny"}),
        (block(20, 20, 51, 53), {"tiny"}),
        (block(20, 20, 52, 52), set()),
        (block(0, 0, 100, 120), {"whole_image", "touches_border"}),
        (block(0, 20, 60, 60), {"touches_border"}),
        (block(20, 0, 60, 60), {"touches_border"}),
        (block(40, 20, 100, 60), {"touches_border"}),
        (block(20, 60, 60, 120), {"touches_border"}),
        (ring(), {"holes"}),
        (block(10, 10, 50, 50) | block(60, 60, 90, 90), {"several_parts"}),
        (block(10, 10, 50, 50) | block(50, 50, 90, 90), set()),
        (ring() | block(5, 5, 10, 10), {"holes", "several_parts"}),
    ],
)
def test_what_is_unusual_about_a_mask_is_flagged(mask: Mask, flags: set[str]) -> None:
    assert flags_of(extent_of(mask)) == flags


@pytest.mark.parametrize("share", [0.05, 0.3, 0.5, 0.7, 0.95])
def test_parts_and_holes_are_those_of_labelling_the_pixels(share: float) -> None:
    rng = np.random.default_rng(3)

    for _ in range(20):
        mask = rng.random((rng.integers(1, 30), rng.integers(1, 30))) < share

        _, parts = ndimage.label(mask, np.ones((3, 3)))
        _, grounds = ndimage.label(~np.pad(mask, 1))
        assert parts_and_holes(*runs_of(mask), mask.shape[1]) == (parts, grounds - 1)


def test_the_box_ends_at_the_regions_last_row_and_column() -> None:
    assert (box_of(block(3, 5, 8, 12)), box_of(blank())) == (Box(3, 5, 7, 11), None)


def test_the_extent_of_a_mask_is_what_its_pixels_tell() -> None:
    rng = np.random.default_rng(8)

    for _ in range(50):
        mask = np.pad(rng.random(rng.integers(1, 20, 2)) < 0.4, rng.integers(0, 4))
        extent = extent_of(mask)

        drawn = np.zeros_like(mask)
        for row, begin, end in zip(*(each.tolist() for each in extent.runs()), strict=True):
            drawn[row, begin:end] = True
        touched = sum(side.any() for side in (mask[0], mask[-1], mask[:, 0], mask[:, -1]))
        assert np.array_equal(drawn, mask)
        assert (extent.area, extent.sides, extent.box) == (mask.sum(), touched, box_of(mask))


def test_the_levels_that_have_no_cell_of_a_region_are_named() -> None:
    masks = torch.zeros(4, 512, 512)
    masks[1, 17:21, 17:21] = 1
    masks[2, 17:41, 17:41] = 1
    masks[3] = 1

    unseen = unseen_levels(masks, (128, 64, 32, 16))

    assert unseen == [
        frozenset(f"no_cell_at_level_{level}" for level in (1, 2, 3, 4)),
        frozenset({"no_cell_at_level_3", "no_cell_at_level_4"}),
        frozenset({"no_cell_at_level_4"}),
        frozenset(),
    ]


def test_every_flag_is_a_known_one() -> None:
    masks = blank(), ring() | block(5, 5, 10, 10), np.ones((1, 9), dtype=np.bool_)
    everything = frozenset().union(*(flags_of(extent_of(mask)) for mask in masks))

    assert everything | unseen_levels(torch.zeros(1, 64, 64), (16, 8, 4, 2))[0] == set(FLAGS)
