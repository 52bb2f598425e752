import pytest
import torch

from ml.seagull.pooling import cells_of, pool


def square(side: int, offset: int = 17) -> torch.Tensor:
    masks = torch.zeros(1, 512, 512)
    masks[:, offset : offset + side, offset : offset + side] = 1
    return masks


@pytest.mark.parametrize(
    ("side", "cells"),
    [(4, [1, 1, 0, 0]), (8, [4, 1, 1, 0]), (16, [16, 4, 1, 0]), (24, [36, 9, 4, 0]), (32, [64, 16, 4, 1])],
)
def test_a_square_owns_as_many_cells_as_measured_on_the_published_code(side: int, cells: list[int]) -> None:
    owned = [int(cells_of(square(side), (grid, grid)).sum()) for grid in (128, 64, 32, 16)]

    assert owned == cells


def test_a_cell_belongs_to_a_region_that_has_one_of_its_four_middle_pixels() -> None:
    masks = (torch.rand(3, 64, 64) > 0.9).float()

    owned = cells_of(masks, (8, 8))

    middles = masks.reshape(3, 8, 8, 8, 8)[:, :, 3:5, :, 3:5]
    torch.testing.assert_close(owned, middles.amax(dim=(2, 4)) > 0)


def test_a_mask_of_the_levels_own_size_is_taken_as_it_is() -> None:
    masks = (torch.rand(3, 16, 16) > 0.5).float()

    assert torch.equal(cells_of(masks, (16, 16)), masks == 1)


def test_pooling_is_the_mean_over_the_regions_cells() -> None:
    level, masks = torch.randn(5, 16, 16), (torch.rand(3, 64, 64) > 0.9).float()

    pooled = pool(level, masks)

    for region, owned in zip(pooled, cells_of(masks, (16, 16)), strict=True):
        torch.testing.assert_close(region, level[:, owned].mean(dim=1))


def test_a_region_without_a_cell_pools_to_zeros() -> None:
    pooled = pool(torch.randn(5, 16, 16) + 9, square(24))

    assert torch.equal(pooled, torch.zeros(1, 5))


def test_half_precision_does_not_overflow_on_the_whole_image() -> None:
    level = torch.full((2, 128, 128), 100.0, dtype=torch.float16)

    pooled = pool(level, torch.ones(1, 512, 512))

    assert torch.equal(pooled, torch.full((1, 2), 100.0, dtype=torch.float16))
