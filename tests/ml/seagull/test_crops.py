import numpy as np
import pytest
import torch

from ml.seagull.crops import cropped, halves_of, squashed
from ml.seagull.regions import Box
from tests.ml.pictures import scene

SIDE = 64


def test_a_hair_of_a_crop_takes_no_gigabytes() -> None:
    ramp = np.linspace(0, 255, 4000).astype(np.uint8)

    pixels = squashed(np.tile(ramp[None, :, None], (1, 1, 3)), 512)

    assert tuple(pixels.shape) == (3, 512, 512)
    assert (pixels[0].diff(dim=1) >= 0).all()


@pytest.mark.parametrize(("edge", "halves"), [(383, 0), (384, 1), (766, 1), (1600, 3)])
def test_a_picture_is_halved_while_a_crop_can_be_taken_from_it(edge: int, halves: int) -> None:
    rgb = scene(edge, edge + 50)

    sides = [min(half.shape[:2]) for half in halves_of(rgb, SIDE)]

    assert sides == [-(-edge // 2**number) for number in range(1, halves + 1)]


BOXES = [(0, 0, 999, 1199), (3, 7, 996, 1187), (100, 201, 900, 1101), (1, 300, 998, 700), (0, 0, 399, 399)]


@pytest.mark.parametrize("box", BOXES)
def test_a_crop_from_a_half_is_nearly_the_crop_itself(box: tuple[int, int, int, int]) -> None:
    """In steps of 8-bit colours; the corners, where a half has a pixel that is half outside, differ most."""
    rgb, place = scene(1000, 1200), Box(*box)

    taken = cropped((rgb, *halves_of(rgb, SIDE)), place, SIDE)

    exact = squashed(rgb[place.top : place.bottom, place.left : place.right], SIDE)
    steps = (taken - exact).abs() * 255 * 0.27
    assert (float(steps.max()) < 10, float(steps.mean()) < 0.5) == (True, True)


def test_a_small_box_is_taken_from_the_picture_itself() -> None:
    rgb = scene(1000, 1200)

    taken = cropped((rgb, *halves_of(rgb, SIDE)), Box(10, 20, 300, 310), SIDE)

    assert torch.equal(taken, squashed(rgb[10:300, 20:310], SIDE))
