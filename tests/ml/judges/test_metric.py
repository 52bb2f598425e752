import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ml.images import read
from ml.judges import load_judge
from ml.judges.metric.__main__ import main
from ml.judges.metric.features import NAMES, features_of
from ml.judges.metric.fitting import fit_metric
from ml.judges.metric.judge import MetricJudge, levels_of, save_metric
from ml.records import RegionRecord
from ml.seagull.manifest import VersionError
from tests.ml.judges.fitted import made_fit, save_fitted
from tests.ml.pictures import disc, scene
from tests.ml.training.pupils import build_of, photographs

RGB = scene(96, 128)


def test_levels_are_what_a_normal_distribution_has_within_half_a_level() -> None:
    shares = levels_of(np.array([-3.0, 0.0, 2.0, 3.1, 9.0]), 0.5)

    assert shares.sum(axis=1) == pytest.approx(np.ones(5))
    assert shares[2] == pytest.approx([0.00135, 0.15731, 0.68269, 0.15731, 0.00135], abs=1e-5)
    means = shares @ np.arange(5)
    assert means[[0, 4]] == pytest.approx([0.0, 4.0], abs=1e-4)
    assert means[3] == pytest.approx(3.1, abs=0.06)
    assert (np.diff(means) > 0).all()


def test_the_fitted_numbers_are_said_of_each_region() -> None:
    judge = MetricJudge(made_fit())
    dark, bright = RGB.copy(), RGB.copy()
    dark[:], bright[:] = 20, 230
    masks = np.stack([disc(96, 128, 40, 48, 12), disc(96, 128, 64, 48, 40)])
    said = {}
    for name, rgb in (("dark", dark), ("bright", bright)):
        judge.set_image(rgb)
        said[name] = judge.assess(masks)

    assert said["dark"][0].quality.expectation < 0.8 < 3.2 < said["bright"][0].quality.expectation
    assert said["dark"][0].importance.expectation < said["dark"][1].importance.expectation
    assert said["dark"][0].distortions["blur"].probabilities[-1] == pytest.approx(0.5)
    assert said["dark"][0].clean == pytest.approx(0.5)


def test_features_beyond_what_was_fitted_stay_at_its_end() -> None:
    fit = replace(made_fit(), low=np.zeros(len(NAMES)), high=np.full(len(NAMES), 0.25))

    assert fit.answers(np.full((1, len(NAMES)), 9.0))["quality"] == pytest.approx([1.0])


@pytest.mark.parametrize("size", [(1, 1), (3, 40), (16, 16), (97, 41)])
def test_any_picture_and_mask_has_finite_features(size: tuple[int, int]) -> None:
    rgb = np.random.default_rng(1).integers(0, 256, (*size, 3), dtype=np.uint8)
    masks = np.zeros((3, *size), dtype=bool)
    masks[0, 0, 0] = masks[1] = True

    found = features_of(rgb, masks)

    assert found.shape == (3, len(NAMES))
    assert np.isfinite(found).all()


def test_it_learns_from_labelled_photographs_and_becomes_a_version(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    learnt = photographs(tmp_path / "data", 12)
    tested = [replace(one, split="test") for one in photographs(tmp_path / "data", 15)[24:]]
    build = build_of(tmp_path / "data", [*learnt, *tested])

    main(["fit", str(build), "--out", str(tmp_path / "metric")])

    judge, said = load_judge(tmp_path / "metric"), []
    for record in tested:
        judge.set_image(read(record.image))
        said.append(judge.assess(record.mask()[None])[0])
    missed = [abs(one.quality.expectation - record.quality) for record, one in zip(tested, said, strict=True)]
    assert np.mean(missed) < 0.6  # the mean of all would miss by 1.0
    for record, one in zip(tested, said, strict=True):
        assert (one.distortions["blur"].probabilities[-1] < 0.5) == ("blur" in record.distortions)
        assert one.distortions["noise"].probabilities[-1] > 0.9  # nobody has seen any
    metrics = json.loads((tmp_path / "metric" / "metrics.json").read_text())
    assert (metrics["training"], metrics["test"]["regions"]) == ({"regions": 24, "images": 12}, 6)
    assert "is ready" in capsys.readouterr().out


def test_types_without_severities_are_learnt_from(tmp_path: Path) -> None:
    records = [replace(one, distortions=dict.fromkeys(one.distortions)) for one in photographs(tmp_path, 6)]
    x = np.random.default_rng(2).normal(size=(len(records), len(NAMES)))

    fit = fit_metric(records, x)

    assert fit.answers(x)["severity blur"] == pytest.approx([2.0] * len(records))


def test_too_few_photographs_are_refused(tmp_path: Path) -> None:
    records = photographs(tmp_path / "data", 2)
    build = build_of(tmp_path / "data", records)

    with pytest.raises(SystemExit, match="at least 3 photographs, not 2"):
        main(["fit", str(build), "--out", str(tmp_path / "metric")])
    with pytest.raises(SystemExit, match="no train regions"):
        main(["fit", str(build_of(tmp_path / "data", all_test(records))), "--out", str(tmp_path / "metric")])
    assert not (tmp_path / "metric").exists()


def test_numbers_that_are_none_and_features_of_another_day_are_refused(tmp_path: Path) -> None:
    with pytest.raises(VersionError, match="not finite"):
        save_metric(tmp_path / "metric", replace(made_fit(), offsets=np.array([np.nan])), {})
    save_metric(tmp_path / "short", replace(made_fit(), offsets=np.zeros(2)), {})
    with pytest.raises(VersionError, match=r"\(2,\)"):
        load_judge(tmp_path / "short")


def test_features_that_are_no_longer_computed_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_fitted(tmp_path / "metric")
    monkeypatch.setattr("ml.judges.metric.judge.NAMES", ("something", "else"))

    with pytest.raises(VersionError, match="fitted on other features"):
        load_judge(tmp_path / "metric")


def all_test(records: list[RegionRecord]) -> list[RegionRecord]:
    return [replace(record, split="test") for record in records]
