"""The model that comes with the project: small, whole, as good as docs/evaluation.md says, and not blind."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from ml.evaluation.baselines import ONE_OF_SEVEN, SIX_TIMES
from ml.evaluation.correlation import srocc
from ml.evaluation.report import CLOSED_SET
from ml.seagull import load_predictor
from ml.seagull.manifest import describe
from ml.seagull.presets import TINY as PRESET
from ml.shipped import TINY
from ml.synthesis.distortions import KINDS, distort
from ml.synthesis.labels import Yardstick, label
from ml.synthesis.sources import VIEWS, pixels
from ml.weights.converting import check_version

PAGE: Final = (Path(__file__).parents[2] / "docs" / "evaluation.md").read_text(encoding="utf-8")
MOST_BYTES: Final = 20_000_000
UNSEEN: Final = "coffee"
STRENGTHS: Final = (3, 10, 18)


@pytest.fixture(scope="module")
def metrics() -> Mapping[str, Any]:
    return describe(TINY).metrics


def test_it_is_whole_and_small_enough_to_be_shipped() -> None:
    described = describe(TINY)

    assert check_version(TINY) == described.sha256
    assert described.config == PRESET
    assert described.size <= MOST_BYTES
    assert f"`ml/shipped/tiny` ({described.size / 1e6:.1f} MB)" in PAGE


def test_the_page_says_what_was_measured(metrics: Mapping[str, Any]) -> None:
    model, plain = metrics["test"], metrics["baselines"]
    assert model["regions"] == plain["regions"]
    assert f"Measured on {model['regions']:,} regions" in PAGE

    for scale in ("quality", "importance"):
        mine, ridge = (ways[scale]["srocc"] for ways in (model["ways"][CLOSED_SET], plain["ways"][ONE_OF_SEVEN]))
        assert (
            f"| {scale} SROCC | **{mine['value']:.3f}** {interval(mine)} | {ridge['value']:.3f} {interval(ridge)} |"
            in PAGE
        )
    columns = model["ways"][CLOSED_SET], plain["ways"][ONE_OF_SEVEN], plain["ways"][SIX_TIMES]
    mine, seven, six = (way["types"]["f1"] for way in columns)
    regressions = " | ".join(f"{one['value']:.3f} {interval(one)}" for one in (seven, six))
    assert f"| types F1 | **{mine['value']:.3f}** {interval(mine)} | {regressions} |" in PAGE


def test_it_orders_damage_on_a_photograph_that_it_never_saw() -> None:
    """The goal for whole sets is far above; this is about a model that is there but reads its input wrongly."""
    clean = pixels(next(view for view in VIEWS if view.name == UNSEEN))[:256, 100:420]
    masks = np.zeros((2, *clean.shape[:2]), dtype=np.bool_)
    masks[0, 20:120, 20:150] = masks[1, 60:240, 140:300] = True
    predictor, truth, said = load_predictor(TINY, "cpu"), [], []

    for kind in KINDS:
        for strength in STRENGTHS:
            distorted = distort(clean, kind, strength, seed=1)
            predictor.set_image(distorted)
            truth += [region.quality for region in label(clean, distorted, masks, kind, Yardstick())]
            said += [assessed.quality.expectation for assessed in predictor.assess(masks)]

    assert srocc(truth, said) > 0.6


def interval(estimate: Mapping[str, float]) -> str:
    return f"[{estimate['low']:.3f}, {estimate['high']:.3f}]"
