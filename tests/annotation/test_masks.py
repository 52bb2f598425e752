"""The code of a mask is COCO's own, however it is found."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pycocotools import mask as coco

from annotation.masks import decode_mask, encode_mask


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
