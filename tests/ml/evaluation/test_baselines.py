from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.evaluation.baselines import ONE_OF_SEVEN, SIX_TIMES, Baselines, fit_baselines, statistics_of
from ml.evaluation.report import evaluate
from ml.evaluation.scores import Drawing
from ml.records.region import RegionRecord
from ml.seagull.lowlevel import STATISTICS
from tests.ml.evaluation.records import make_record

NOISE = {0: {}, 1: {"noise": 2.0}, 2: {"noise": 1.0, "blur": 1.0}}


def write_noisy(path: Path, level: int, seed: int) -> Path:
    """Grey with more noise at each level: noise that any of the statistics sees."""
    pixels = 128 + np.random.default_rng(seed).normal(0, 4 + 12 * level, size=(64, 64, 3))
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(path)
    return path


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> list[RegionRecord]:
    """Two regions of each of 15 pictures: the more noise the lower quality, and importance nobody can tell."""
    folder = tmp_path_factory.mktemp("pictures")
    rng = np.random.default_rng(1)
    return [
        make_record(
            number,
            image=path,
            quality=4.0 - 1.5 * (picture % 3),
            importance=float(rng.uniform(0, 4)),
            distortions=dict(NOISE[picture % 3]),
        )
        for picture in range(15)
        for path in [write_noisy(folder / f"{picture:02d}.png", picture % 3, picture)]
        for number in (2 * picture, 2 * picture + 1)
    ]


@pytest.fixture(scope="module")
def fitted(records: list[RegionRecord]) -> Baselines:
    return fit_baselines(records[:24], statistics_of(records[:24]))


def test_statistics_stand_in_the_order_of_the_records(records: list[RegionRecord]) -> None:
    every, one = statistics_of(records[:6]), statistics_of(records[3:4])

    assert every.shape == (6, STATISTICS)
    assert every[3] == pytest.approx(one[0], abs=1e-3)


def test_regressions_learn_what_the_statistics_show(fitted: Baselines, records: list[RegionRecord]) -> None:
    report = evaluate(fitted.judge, records[24:], version="baselines", threshold=0.5, drawing=Drawing(rounds=10))

    assert report.ways[SIX_TIMES].quality.srocc.value > 0.9
    assert report.ways[SIX_TIMES].types.f1.value == 1.0
    assert report.ways[SIX_TIMES].severities is None


def test_one_regression_of_seven_classes_names_one_type(fitted: Baselines, records: list[RegionRecord]) -> None:
    predictions = fitted.predict(statistics_of(records).astype(np.float64))

    assert {len(ways[ONE_OF_SEVEN].types) for ways in predictions} == {1}
    assert {len(ways[SIX_TIMES].types) for ways in predictions} == {1, 2}


def test_numbers_stay_on_the_scale(fitted: Baselines) -> None:
    far = np.random.default_rng(3).normal(size=(5, STATISTICS)) * 1e4

    numbers = [
        number for ways in fitted.predict(far) for said in ways.values() for number in (said.quality, said.importance)
    ]

    assert min(numbers) >= 0.0
    assert max(numbers) <= 4.0
