import numpy as np
import pytest
import torch

from ml.seagull import crops
from ml.seagull.crops import LARGE, cropped, squashed
from ml.seagull.regions import Box
from tests.ml.pictures import scene

SIDE = 64
STEP = 1 / (255 * 0.26)
"""An eighth bit's, in CLIP's units."""


def test_a_hair_of_a_crop_takes_no_gigabytes() -> None:
    ramp = np.linspace(0, 255, 4000).astype(np.uint8)

    pixels = squashed(np.tile(ramp[None, :, None], (1, 1, 3)), 512)

    assert tuple(pixels.shape) == (3, 512, 512)
    assert (pixels[0].diff(dim=1) >= 0).all()


BOXES = [(0, 0, 999, 1199), (3, 7, 996, 1187), (100, 201, 900, 1101), (1, 300, 998, 700), (0, 0, 599, 499)]


@pytest.mark.parametrize("box", BOXES)
def test_a_large_crop_is_nearly_what_pil_makes_of_it(
    box: tuple[int, int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    rgb, place = scene(1000, 1200), Box(*box)
    taken = cropped(rgb, place, SIDE)
    monkeypatch.setattr(crops, "LARGE", rgb.size)

    exact = cropped(rgb, place, SIDE)

    steps = (taken - exact).abs() / STEP
    assert (float(steps.max()) < 1.01, float(steps.mean()) < 0.2) == (True, True)
    assert not torch.equal(taken, exact)


@pytest.mark.parametrize(("width", "alike"), [(LARGE // 512, True), (LARGE // 512 + 1, False)])
def test_up_to_the_size_that_models_learn_from_it_is_pil_s_to_the_bit(
    width: int, alike: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    rgb = scene(512, width)
    taken = squashed(rgb, SIDE)
    monkeypatch.setattr(crops, "LARGE", rgb.size)

    assert torch.equal(taken, squashed(rgb, SIDE)) == alike


def test_a_line_of_a_large_picture_is_cropped_too() -> None:
    line = scene(2, LARGE)[:1]

    assert tuple(squashed(line, SIDE).shape) == (3, SIDE, SIDE)


def test_a_large_picture_may_be_mirrored_or_read_only() -> None:
    rgb = scene(600, 500)
    frozen, mirrored = rgb.copy(), np.ascontiguousarray(rgb[:, ::-1])[:, ::-1]
    frozen.flags.writeable = False

    assert [torch.equal(squashed(one, SIDE), squashed(rgb, SIDE)) for one in (frozen, mirrored)] == [True, True]
