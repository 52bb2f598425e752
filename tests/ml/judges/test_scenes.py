import numpy as np
import pytest
from scipy.stats import gennorm

from ml.judges.metric.scenes import NAMES, asymmetric_fit, normalised, scene_statistics, symmetric_fit
from tests.ml.pictures import scene

RNG = np.random.default_rng(11)


@pytest.mark.parametrize("shape", [0.6, 1.0, 2.0, 3.5])
def test_a_generalised_gaussian_is_recognised(shape: float) -> None:
    x = gennorm(shape, scale=1.7).rvs(400_000, random_state=3)

    found, variance = symmetric_fit(x)

    assert found == pytest.approx(shape, rel=0.03)
    assert variance == pytest.approx(gennorm(shape, scale=1.7).var(), rel=0.03)


@pytest.mark.parametrize("shape, left, right", [(1.0, 0.5, 1.5), (2.0, 1.0, 1.0), (0.8, 2.0, 0.7)])
def test_an_asymmetric_one_is_recognised(shape: float, left: float, right: float) -> None:
    """Two halves of different widths, each as likely as it is wide."""
    size = np.abs(gennorm(shape).rvs(600_000, random_state=5))
    is_left = RNG.random(600_000) < left / (left + right)
    x = np.where(is_left, -left * size, right * size)

    found, mean, left_variance, right_variance = asymmetric_fit(x)

    assert found == pytest.approx(shape, rel=0.04)
    assert mean == pytest.approx(x.mean(), abs=0.02)
    assert (left_variance, right_variance) == (
        pytest.approx((x[x < 0] ** 2).mean()),
        pytest.approx((x[x > 0] ** 2).mean()),
    )


def test_normalised_luminance_knows_neither_brightness_nor_contrast() -> None:
    luma = scene()[..., 1].astype(np.float64)
    noisy = luma + RNG.normal(0, 8, luma.shape)

    assert np.abs(normalised(noisy) - normalised(noisy + 40)).max() < 1e-6
    assert np.corrcoef(normalised(noisy).ravel(), normalised(3 * noisy).ravel())[0, 1] > 0.97


def test_a_plane_without_anything_in_it_has_finite_statistics() -> None:
    for shape in ((2, 2), (16, 16)):
        found = scene_statistics(np.full(shape, 77.0))
        assert found.shape == (len(NAMES),)
        assert np.isfinite(found).all()


def test_noise_and_blur_move_the_statistics_apart() -> None:
    from scipy.ndimage import gaussian_filter

    luma = scene()[..., 1].astype(np.float64)
    noisy = luma + RNG.normal(0, 20, luma.shape)
    kinds = [scene_statistics(plane)[NAMES.index("log_variance")] for plane in (gaussian_filter(noisy, 2), noisy)]

    assert kinds[0] < kinds[1]
