import numpy as np
import pytest

from ml.synthesis import KINDS, STRENGTHS, Kind, distort, level_of, seed_of
from tests.ml.pictures import scene


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    error = float(((a.astype(np.float64) - b) ** 2).mean())
    return 99.0 if error == 0 else 10 * float(np.log10(255**2 / error))


def mean_psnr(kind: Kind, strength: int) -> float:
    """Over seeds, because two of the ways (over and under, more and less) differ."""
    return float(np.mean([psnr(scene(), distort(scene(), kind, strength, seed)) for seed in range(6)]))


@pytest.mark.parametrize("kind", KINDS)
def test_every_strength_does_more_damage_than_the_one_before(kind: Kind) -> None:
    fidelity = [mean_psnr(kind, strength) for strength in STRENGTHS]
    assert fidelity == sorted(fidelity, reverse=True)


@pytest.mark.parametrize("kind", KINDS)
def test_the_weakest_is_barely_visible_and_the_strongest_extreme(kind: Kind) -> None:
    assert mean_psnr(kind, 1) > 28
    assert mean_psnr(kind, 20) < 23


@pytest.mark.parametrize("kind", KINDS)
def test_size_and_type_stay_and_the_original_is_not_touched(kind: Kind) -> None:
    original = scene()
    result = distort(original, kind, 9, seed=3)
    assert result.shape == original.shape
    assert result.dtype == np.uint8
    assert np.array_equal(original, scene())


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_pixels(kind: Kind) -> None:
    assert np.array_equal(distort(scene(), kind, 12, seed=8), distort(scene(), kind, 12, seed=8))


@pytest.mark.parametrize("kind", KINDS)
def test_read_only_and_tiny_images_are_fine(kind: Kind) -> None:
    tiny = scene()[:9, :7]
    tiny.flags.writeable = False
    assert distort(tiny, kind, 20, seed=1).shape == (9, 7, 3)


def test_noise_differs_from_seed_to_seed() -> None:
    assert not np.array_equal(distort(scene(), "noise", 5, 1), distort(scene(), "noise", 5, 2))


def test_exposure_goes_both_ways() -> None:
    brighter = [distort(scene(), "exposure", 10, seed).mean() > scene().mean() for seed in range(12)]
    assert set(brighter) == {True, False}


def test_exposure_by_whole_stops_multiplies_light() -> None:
    """Code 128 is 21.6 % of the light; brighter by 2^0.2 it is 24.8 %, which is code 136 (and darker, code 120)."""
    grey = np.full((4, 4, 3), 128, dtype=np.uint8)
    assert {int(distort(grey, "exposure", 1, seed)[0, 0, 0]) for seed in range(12)} == {136, 120}


def test_contrast_goes_both_ways_around_the_mean() -> None:
    spread = [distort(scene(), "contrast", 10, seed).std() > scene().std() for seed in range(12)]
    assert set(spread) == {True, False}


def test_colorfulness_goes_both_ways_and_keeps_grey_grey() -> None:
    def chroma(rgb: np.ndarray) -> float:
        return float((rgb.max(axis=2).astype(int) - rgb.min(axis=2)).mean())

    more = [chroma(distort(scene(), "colorfulness", 10, seed)) > chroma(scene()) for seed in range(12)]
    assert set(more) == {True, False}
    grey = np.dstack([scene()[..., 0]] * 3)
    assert np.array_equal(distort(grey, "colorfulness", 20, seed=0), grey)


def test_noise_is_stronger_in_the_light_than_in_the_dark_before_encoding() -> None:
    from ml.synthesis.light import to_light

    flat = [np.full((64, 64, 3), code, dtype=np.uint8) for code in (60, 180)]
    dark, bright = (float(to_light(distort(rgb, "noise", 8, seed=1)).std()) for rgb in flat)
    assert bright > 2 * dark


def test_blur_keeps_the_light_of_a_bright_point() -> None:
    """Blurring codes instead of light would lose most of it."""
    from ml.synthesis.light import to_light

    point = np.zeros((81, 81, 3), dtype=np.uint8)
    point[38:43, 38:43] = 255
    blurred = distort(point, "blur", 8, seed=0)
    assert float(to_light(blurred).sum()) == pytest.approx(float(to_light(point).sum()), rel=0.03)


def test_another_kind_or_strength_is_refused() -> None:
    with pytest.raises(ValueError, match="no distortion is called 'rain'; there are blur"):
        distort(scene(), "rain", 1, 0)  # type: ignore[arg-type]
    for strength in (0, 21):
        with pytest.raises(ValueError, match=r"is not one of 1\.\.20"):
            distort(scene(), "blur", strength, 0)


def test_seeds_depend_on_image_kind_and_strength() -> None:
    seeds = {seed_of(image, kind, strength) for image in ("aa", "bb") for kind in KINDS for strength in STRENGTHS}
    assert len(seeds) == 2 * len(KINDS) * len(STRENGTHS)
    assert seed_of("aa", "blur", 1) == seed_of("aa", "blur", 1)
    assert min(seeds) >= 0
    assert max(seeds) < 2**63


def test_four_strengths_make_a_level() -> None:
    assert [level_of(strength) for strength in STRENGTHS] == [4] * 4 + [3] * 4 + [2] * 4 + [1] * 4 + [0] * 4
