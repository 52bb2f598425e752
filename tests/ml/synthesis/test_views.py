import numpy as np
import pytest

from ml.synthesis import distort
from ml.synthesis.light import to_light, to_srgb
from ml.synthesis.views import Developed, Framing, framing
from tests.ml.pictures import scene


def test_a_framing_without_change_gives_the_photograph_itself() -> None:
    assert np.array_equal(Framing((160, 200), 0, 0, 160, 200, False).of_rgb(scene()), scene())


def test_a_mirrored_cut_is_the_place_seen_from_the_other_side() -> None:
    cut = Framing((160, 200), 10, 20, 50, 60, True).of_rgb(scene())

    assert np.array_equal(cut, scene()[10:60, 20:80][:, ::-1])


def test_light_is_framed_like_pixels_and_never_negative() -> None:
    frame = Framing((80, 100), 5, 7, 60, 70, False)

    light = frame.of_light(to_light(scene()))

    assert light.shape == (60, 70, 3)
    assert light.dtype == np.float32
    assert light.min() >= 0
    assert np.abs(to_srgb(light).astype(int) - frame.of_rgb(scene())).mean() < 6  # mixing light is not mixing codes


@pytest.mark.parametrize("size", [(1000, 3000), (700, 600), (300, 260), (120, 90)])
def test_a_view_lies_in_the_photograph_and_is_as_large_as_can_be(size: tuple[int, int]) -> None:
    rng = np.random.default_rng(1)

    for frame in (framing(size, 300, 280, rng) for _ in range(50)):
        height, width = frame.size
        assert max(frame.size) <= 1280
        assert min(frame.size) >= min(256, *size) or min(size) * 1280 < 256 * max(size)
        assert frame.top + min(frame.height, height) <= height
        assert frame.left + min(frame.width, width) <= width


def test_chance_mirrors_half_of_the_views_and_moves_them() -> None:
    rng = np.random.default_rng(1)

    frames = [framing((700, 900), 256, 256, rng) for _ in range(60)]

    assert 18 <= sum(frame.mirrored for frame in frames) <= 42
    assert len({(frame.top, frame.left) for frame in frames}) > 50


def test_developed_pixels_are_distorted_as_ever() -> None:
    assert np.array_equal(Developed(scene()).distorted("blur", 9, 4), distort(scene(), "blur", 9, 4))
