import json

import numpy as np
import pytest

from ml.synthesis import KINDS, STRENGTHS, Kind, calibration, distort
from ml.synthesis.calibration import CLEAN_ABOVE, POWER, SCALE, fit, mean_quality, quality_of
from ml.synthesis.fidelity import fidelity
from ml.synthesis.sources import VIEWS, pixels

PHOTOGRAPHS = [
    np.ascontiguousarray(pixels(view)[40:200, 60:220]) for view in VIEWS if view.name in {"astronaut", "coffee"}
]
EVERYWHERE = np.ones((1, 160, 160), dtype=np.bool_)


def mean_of(kind: Kind, strength: int) -> float:
    """Over photographs and seeds, so that both ways of a distortion are there."""
    pairs = [(photograph, distort(photograph, kind, strength, seed)) for photograph in PHOTOGRAPHS for seed in range(6)]
    return float(np.mean([quality_of(fidelity(before, after, EVERYWHERE)) for before, after in pairs]))


def test_an_identical_patch_has_exactly_1() -> None:
    assert quality_of(fidelity(PHOTOGRAPHS[0], PHOTOGRAPHS[0], EVERYWHERE)).tolist() == [1.0]


def test_quality_falls_from_1_to_0_with_the_raw_number() -> None:
    qualities = quality_of(np.linspace(0, 1, 50, dtype=np.float32)).tolist()

    assert qualities == sorted(qualities, reverse=True)
    assert qualities[0] == 1.0
    assert 0.0 < qualities[-1] < 0.01


@pytest.mark.parametrize("kind", KINDS)
def test_quality_falls_with_strength_on_average(kind: Kind) -> None:
    means = [mean_of(kind, strength) for strength in (1, 5, 9, 13, 17, 20)]

    assert means == sorted(means, reverse=True)


def test_a_just_noticeable_strength_has_0_92_and_the_strongest_almost_nothing() -> None:
    assert np.mean([mean_of(kind, 2) for kind in KINDS]) == pytest.approx(CLEAN_ABOVE, abs=0.03)
    assert np.mean([mean_of(kind, 20) for kind in KINDS]) == pytest.approx(0.075, abs=0.04)


def test_fitting_meets_both_conditions_for_any_metric() -> None:
    rising = np.geomspace(0.01, 0.9, len(STRENGTHS), dtype=np.float32)[None, :]
    curves = {kind: rising * (1 + 0.1 * number) for number, kind in enumerate(KINDS)}

    scale, power = fit(curves)

    assert mean_quality(curves, 2, scale, power) == pytest.approx(0.92, abs=1e-4)
    assert mean_quality(curves, 20, scale, power) == pytest.approx(0.075, abs=1e-4)


def test_the_command_prints_constants_and_curves(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(calibration, "VIEWS", VIEWS[:1])
    monkeypatch.setattr(calibration, "SIDE", 64)

    calibration.main([])

    first, *kinds = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert sorted(first) == ["metric", "power", "scale"]
    assert first["metric"] == "ml.synthesis.fidelity:fidelity"
    assert 0.3 * SCALE < first["scale"] < 3 * SCALE
    assert 0.3 * POWER < first["power"] < 3 * POWER
    assert [line["kind"] for line in kinds] == list(KINDS)
    assert {len(line["quality"]) for line in kinds} == {20}
