"""The code of a mask is COCO's own, however it is found."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pycocotools import mask as coco

from annotation.masks import decode_mask, encode_mask, polygon_mask


def by_coco(pixels: NDArray[np.bool_]) -> str:
    code: Any = coco.encode(np.asfortranarray(pixels, dtype=np.uint8))
    return str(code["counts"].decode("ascii"))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 1.0])
def test_the_code_of_any_mask_is_cocos(share: float) -> None:
    chance = np.random.default_rng(1)
    for _ in range(200):
        height, width = chance.integers(1, 9, 2)
        pixels = chance.random((height, width)) <= share
        pixels[chance.integers(height), chance.integers(width)] = True

        mask = encode_mask(pixels)

        assert (mask.rle, mask.area) == (by_coco(pixels), pixels.sum())
        assert np.array_equal(decode_mask(mask.rle, int(width), int(height)), pixels)


def test_a_run_that_goes_on_at_the_head_of_the_next_column_is_one_run() -> None:
    pixels = np.zeros((5, 6), dtype=np.bool_)
    pixels[3:, 1] = pixels[:, 2] = pixels[0, 3] = True

    mask = encode_mask(pixels)

    assert (mask.rle, mask.box, mask.area) == (by_coco(pixels), (1, 0, 3, 5), 8)


def test_an_empty_mask_has_no_code() -> None:
    with pytest.raises(ValueError, match=r"A mask needs at least one pixel\."):
        encode_mask(np.zeros((4, 4), dtype=np.bool_))


def test_a_polygon_has_the_pixels_whose_middles_it_encloses() -> None:
    chance = np.random.default_rng(2)
    rows, columns = np.mgrid[:30, :40]
    for _ in range(50):
        corners = [(float(x), float(y)) for x, y in chance.uniform((-8, -8), (48, 38), (7, 2))]
        inside = np.zeros((30, 40), dtype=np.bool_)
        for (x, y), (to_x, to_y) in zip(corners, [*corners[1:], corners[0]], strict=True):
            beside = (y > rows + 0.5) != (to_y > rows + 0.5)
            inside ^= beside & (columns + 0.5 < x + (rows + 0.5 - y) * (to_x - x) / (to_y - y))

        assert np.array_equal(decode_mask(polygon_mask(corners, 40, 30).rle, 40, 30), inside)


@pytest.mark.parametrize(
    "corners, box, area",
    [
        ([(10, 10), (20, 10), (20, 20), (10, 20)], (10, 10, 10, 10), 100),
        ([(20, 20), (20, 10), (10, 10), (10, 20)], (10, 10, 10, 10), 100),
        ([(9.6, 9.6), (20.4, 9.6), (20.4, 20.4), (9.6, 20.4)], (10, 10, 10, 10), 100),
        ([(10, 10), (10, 10), (20, 10), (20, 20), (20, 20), (10, 20)], (10, 10, 10, 10), 100),
        ([(0, 0), (40, 0), (40, 30), (0, 30)], (0, 0, 40, 30), 1200),
        ([(-1e5, -1e5), (1e5, -1e5), (1e5, 1e5), (-1e5, 1e5)], (0, 0, 40, 30), 1200),
    ],
)
def test_a_rectangle_is_as_large_as_its_sides(
    corners: list[tuple[float, float]], box: tuple[int, int, int, int], area: int
) -> None:
    mask = polygon_mask(corners, 40, 30)

    assert (mask.box, mask.area) == (box, area)


def test_polygons_side_by_side_share_no_pixel() -> None:
    left = polygon_mask([(5.5, 5.5), (20.5, 5.5), (12.5, 25.5), (5.5, 25.5)], 40, 30)
    right = polygon_mask([(20.5, 5.5), (30.5, 5.5), (30.5, 25.5), (12.5, 25.5)], 40, 30)

    both = decode_mask(left.rle, 40, 30).astype(int) + decode_mask(right.rle, 40, 30)

    assert (both.max(), left.area + right.area) == (1, 25 * 20)


@pytest.mark.parametrize(
    "corners", [[(10, 10), (30, 20), (10, 10)], [(5, 5), (5, 5), (5, 5)], [(50, 5), (60, 5), (50, 9)]]
)
def test_a_polygon_without_a_pixel_is_none(corners: list[tuple[float, float]]) -> None:
    with pytest.raises(ValueError, match=r"A mask needs at least one pixel\."):
        polygon_mask(corners, 40, 30)
