import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotation.errors import InvalidInput
from annotation.masks import encode_mask
from webapp.api.outlines import check_code, mask_of


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32 - 1), st.floats(0.05, 0.95))
def test_every_code_coco_makes_is_taken_and_comes_back_the_same(
    width: int, height: int, seed: int, share: float
) -> None:
    pixels = np.random.default_rng(seed).random((height, width)) < share
    pixels[0, 0] = True
    mask = encode_mask(pixels)

    assert mask_of((width, height), None, mask.rle) == mask


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(min_codepoint=40, max_codepoint=130), max_size=60))
def test_whatever_else_comes_is_refused_or_describes_every_pixel(rle: str) -> None:
    try:
        check_code(rle, 64 * 48)
    except InvalidInput:
        return
    assert mask_of((64, 48), None, rle).area <= 64 * 48


@pytest.mark.parametrize("rle", ["p4", "0~", "0/", "0 4", "0" + 7 * "o" + "4"])
def test_signs_that_coco_never_writes_and_endless_numbers_are_refused(rle: str) -> None:
    check_code("04", 4)

    with pytest.raises(InvalidInput, match="not COCO's compressed"):
        check_code(rle, 4)


def test_an_empty_mask_and_a_code_too_long_are_refused() -> None:
    with pytest.raises(InvalidInput, match="at least one pixel"):
        mask_of((2, 2), None, "4")
    with pytest.raises(InvalidInput, match="at most"):
        mask_of((2, 2), None, "0" * 400_001)
