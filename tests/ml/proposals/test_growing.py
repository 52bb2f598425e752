import numpy as np
import pytest
from PIL import Image

from ml.proposals.growing import BAND, grown

SHAPES = [(160, 210), (640, 840), (643, 839), (161, 210), (641, 210)]


@pytest.mark.parametrize("shape", SHAPES)
def test_it_is_pil_s_but_for_rounding(shape: tuple[int, int]) -> None:
    planes = np.random.default_rng(4).normal(0, 3, (2, 160, 210)).astype(np.float32)

    found = grown([*planes], shape)

    drawn = [Image.fromarray(plane).resize(shape[::-1], Image.Resampling.BILINEAR) for plane in planes]
    np.testing.assert_allclose(found, np.stack([np.asarray(one) for one in drawn]), rtol=0, atol=5e-6)


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (9, 1), (2, 3)])
def test_the_smallest_ones_are_drawn_too(size: tuple[int, int]) -> None:
    plane = np.random.default_rng(4).random(size, dtype=np.float32)
    shape = BAND + 1, 3 * BAND

    [found] = grown([plane], shape)

    drawn = Image.fromarray(plane).resize(shape[::-1], Image.Resampling.BILINEAR)
    np.testing.assert_allclose(found, np.asarray(drawn), rtol=0, atol=1e-6)


def test_what_is_large_enough_stays_as_it_is() -> None:
    plane = np.random.default_rng(4).random((7, 5), dtype=np.float32)

    assert np.array_equal(grown([plane], (7, 5))[0], plane)
