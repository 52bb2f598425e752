import numpy as np
import pytest
from scipy import stats

from ml.synthesis import KINDS, distort
from ml.synthesis.fidelity import Floats, Masks, fidelity
from ml.synthesis.light import Rgb
from ml.synthesis.measures import DEFAULT, by_map, by_metric, measure_called, metric_called
from tests.ml.pictures import disc, scene

PLACES = np.stack([disc(160, 200, x, y, radius) for x, y, radius in ((50, 40, 20), (145, 120, 30), (100, 80, 60))])


def error(reference: Rgb, distorted: Rgb, masks: Masks) -> Floats:
    """Somebody else's metric: the mean absolute difference in codes."""
    change = np.abs(reference.astype(np.float32) - distorted).mean(axis=2)
    return np.array([change[mask].mean() for mask in masks], dtype=np.float32)


def test_any_metric_is_run_on_the_reference_with_only_the_region_replaced() -> None:
    darker = np.maximum(scene(), 10) - 10

    damage, harm = by_metric(error)(np.maximum(scene(), 10), darker, PLACES)

    assert damage.tolist() == pytest.approx([10, 10, 10])
    assert harm.tolist() == pytest.approx((10 * PLACES.mean(axis=(1, 2))).tolist(), rel=1e-5)


def test_the_shortcut_agrees_with_really_replaced_regions() -> None:
    pairs = []
    for kind in KINDS:
        for strength in (4, 12, 19):
            distorted = distort(scene(), kind, strength, strength)
            _, quick = by_map(scene(), distorted, PLACES)
            _, slow = by_metric(fidelity)(scene(), distorted, PLACES)
            pairs.extend(zip(quick.tolist(), slow.tolist(), strict=True))

    quick, slow = np.array(pairs).T

    assert stats.spearmanr(quick, slow).statistic > 0.98
    assert np.median(np.abs(quick - slow) / slow) < 0.05


def test_harm_grows_with_area_and_with_damage() -> None:
    small, large = disc(160, 200, 100, 80, 20), disc(160, 200, 100, 80, 70)

    _, weak = by_map(scene(), distort(scene(), "noise", 6, 1), np.stack([small, large]))
    _, strong = by_map(scene(), distort(scene(), "noise", 16, 1), np.stack([small, large]))

    assert weak[0] < weak[1]
    assert (weak < strong).all()


def test_metrics_are_found_by_name() -> None:
    assert metric_called(DEFAULT) is fidelity
    assert measure_called(DEFAULT) is by_map

    damage, _ = measure_called(f"{__name__}:error")(scene(), scene(), PLACES)

    assert damage.tolist() == [0, 0, 0]
