import numpy as np
import pytest

from ml.synthesis import distort
from ml.synthesis.calibration import CLEAN_ABOVE
from ml.synthesis.fidelity import Floats, Masks
from ml.synthesis.labels import IMPORTANCE_KNOTS, SHARES, Yardstick, importance_of, label, severity_of
from ml.synthesis.light import Rgb
from ml.vocabulary import SEVERITIES, word_of
from tests.ml.pictures import disc, scene

PLACES = np.stack([disc(160, 200, 50, 80, 30), disc(160, 200, 150, 80, 40)])


def a_third_of_codes(reference: Rgb, distorted: Rgb, masks: Masks) -> Floats:
    change = np.abs(reference.astype(np.float32) - distorted).mean(axis=2) / 85
    return np.array([change[mask].mean() for mask in masks], dtype=np.float32)


def test_untouched_regions_are_excellent_unimportant_and_without_distortions() -> None:
    labels = label(scene(), scene(), PLACES, "noise", Yardstick())

    assert [(one.quality, one.importance, one.distortions) for one in labels] == [(4.0, 0.0, {})] * 2


def test_of_a_partly_distorted_picture_only_the_regions_in_it_have_the_distortion() -> None:
    partly = scene()
    partly[:, 100:] = distort(scene(), "noise", 18, 1)[:, 100:]

    clean, noisy = label(scene(), partly, PLACES, "noise", Yardstick())

    assert clean.distortions == {}
    assert list(noisy.distortions) == ["noise"]
    assert noisy.quality < 1 < 3.9 < clean.quality
    assert noisy.importance > 3 > clean.importance


def test_what_cannot_be_seen_is_not_a_distortion_however_it_was_dialled() -> None:
    """0.92 of 1 is the paper's rule; the severity follows from what is left below it."""
    rows = [
        label(scene(), distort(scene(), "blur", strength, 1), PLACES, "blur", Yardstick()) for strength in range(1, 21)
    ]

    for one in (one for row in rows for one in row):
        assert bool(one.distortions) == (one.quality / 4 <= CLEAN_ABOVE)
        if one.distortions:
            assert one.distortions["blur"] == pytest.approx(one.quality / CLEAN_ABOVE)


def test_five_equal_bands_below_what_cannot_be_seen_are_the_five_severities() -> None:
    middles = [CLEAN_ABOVE * (band + 0.5) / 5 for band in range(5)]

    assert [word_of(severity_of(quality), SEVERITIES) for quality in middles] == list(SEVERITIES)
    assert severity_of(0.0) == 0.0
    assert severity_of(CLEAN_ABOVE) == 4.0


def test_importance_rises_evenly_over_the_shares_of_regions() -> None:
    assert [importance_of(knot) for knot in IMPORTANCE_KNOTS] == pytest.approx([4 * share for share in SHARES])
    assert importance_of(9.9) == 4.0
    assert list(IMPORTANCE_KNOTS) == sorted(set(IMPORTANCE_KNOTS))


def test_another_metric_comes_with_its_own_calibration() -> None:
    yardstick = Yardstick(
        f"{__name__}:a_third_of_codes", scale=0.5, power=1.0, importances=(0.0, *np.linspace(0.2, 1, 9))
    )
    brighter = np.minimum(scene(), 170) + 85

    first, second = label(np.minimum(scene(), 170), brighter, PLACES, "exposure", yardstick)

    assert first.damage == pytest.approx(1.0)
    assert first.quality == pytest.approx(4 * np.exp(-2), rel=1e-4)
    assert second.importance == pytest.approx(4 * second.harm, abs=1e-4)
