import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from ml.proposals.drawing import HALF, grown_inside

SHAPES = [(700, 900), (1000, 333), (129, 2000), (110, 130), (111, 131), (400, 520), (100, 131), (1, 1)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("blur", [0, 1, 4])
def test_a_mask_drawn_along_its_outline_is_the_mask_drawn_whole(shape: tuple[int, int], blur: float) -> None:
    values = ndimage.gaussian_filter(np.random.default_rng(7).random((110, 130)), blur)
    values = (np.clip(4 * (values - values.mean()) / np.ptp(values) + 0.5, 0, 1) * 255).astype(np.uint8)

    drawn = Image.fromarray(values).resize(shape[::-1], Image.Resampling.BILINEAR)

    assert np.array_equal(grown_inside(values, shape), np.asarray(drawn) > HALF)


@pytest.mark.parametrize("size", [(1, 1), (1, 7), (7, 1), (2, 2)])
def test_the_smallest_ones_are_drawn_too(size: tuple[int, int]) -> None:
    values = np.random.default_rng(3).integers(0, 256, size, dtype=np.uint8)

    drawn = Image.fromarray(values).resize((50, 40), Image.Resampling.BILINEAR)

    assert np.array_equal(grown_inside(values, (40, 50)), np.asarray(drawn) > HALF)
