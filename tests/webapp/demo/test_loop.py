"""What the demonstration says of its loop; the loop itself runs in `make demo`."""

from typing import Any

import numpy as np
import pytest

from annotation.enums import Decision, Split
from annotation.models import ModelVersion, Study
from tests.annotation.prelabels import make_prelabel
from tests.factories import make_image, make_region, make_study, make_version
from webapp.demo.closeness import closeness
from webapp.demo.summary import print_summary
from webapp.demo.truth import Truth

pytestmark = pytest.mark.django_db


def judged_study(regions: int, better: bool = True) -> tuple[Study, ModelVersion, ModelVersion, dict[int, Truth]]:
    """The old version guesses by chance; the new one knows the truth, or says the same as the old one."""
    study, old, new = make_study(), make_version(), make_version()
    chance, truths = np.random.default_rng(1), {}
    for number in range(regions):
        region = make_region(study, make_image(study, split=Split.TEST))
        truths[region.pk] = {"quality": 4 * number / regions, "importance": 2.0}
        guess = float(chance.uniform(0, 4))
        make_prelabel(region, old, {"quality": guess})
        make_prelabel(region, new, {"quality": truths[region.pk]["quality"] if better else guess})
    return study, old, new, truths


def test_a_version_that_says_the_truth_is_closer_and_the_interval_says_so() -> None:
    found = closeness(*judged_study(40))

    quality, importance = found["quality_closer"], found["importance_closer"]
    assert (found["judged_regions"], quality["after"]) == (40, 1.0)
    assert quality["gain"] == pytest.approx(1.0 - quality["before"], abs=0.002)
    assert 0.3 < quality["low"] < quality["gain"] < quality["high"]
    assert set(importance.values()) == {0.0}  # a truth without order is no test


def test_the_same_guesses_are_no_gain() -> None:
    found = closeness(*judged_study(10, better=False))["quality_closer"]

    assert (found["gain"], found["low"], found["high"]) == (0.0, 0.0, 0.0)


def test_only_the_hold_out_counts_and_only_what_both_have_judged() -> None:
    study, old, new, truths = judged_study(5)
    learnt, unseen = make_region(study), make_region(study, make_image(study, split=Split.TEST))
    for region in (learnt, unseen):
        truths[region.pk] = {"quality": 1.0, "importance": 1.0}
    make_prelabel(learnt, old)
    make_prelabel(learnt, new)
    make_prelabel(unseen, new)

    assert closeness(study, old, new, truths)["judged_regions"] == 5
    assert closeness(make_study(), old, new, truths)["quality_closer"] is None


def report(loop: dict[str, Any] | None) -> dict[str, Any]:
    found = {"quality_srocc": 0.9, "importance_srocc": 0.8, "with_or_without_right": 0.97}
    counts = dict.fromkeys(("images", "regions", "votes", "annotators", "settled", "votes_this_run", "surplus"), 7)
    return {
        **counts,
        "study": "demo",
        "failed_images": 0,
        "recovery": found,
        "model": {"loop": loop},
        "seconds": {"votes": 2.0},
        "exports": {"csv": "/exports/labels.zip"},
        "address": "http://127.0.0.1:1",
        "logins": {},
    }


def test_the_summary_says_by_how_much_with_the_interval(capsys: pytest.CaptureFixture[str]) -> None:
    closer = {"before": 0.556, "after": 0.702, "gain": 0.146, "low": -0.012, "high": 0.314}
    loop = {"learnt_from": 327, "tested_on": 90, "test_images": 30, "decision": Decision.PROMOTED}

    importance = {"before": 0.4, "after": 0.86, "gain": 0.46, "low": 0.322, "high": 0.577}
    print_summary(report(loop | {"quality_closer": closer, "importance_closer": importance}))

    lines = capsys.readouterr().out.splitlines()
    assert "the model learnt from 327 labels, the gate looked at 90 others of 30 photographs: promoted" in lines
    assert (
        "its guesses of quality came closer to the hidden truth there: SROCC 0.56 before, 0.70 after, +0.15 [-0.01, +0.31]"
        in lines
    )
    assert [line.split(":")[0] for line in lines if "closer" in line] == [
        "its guesses of quality came closer to the hidden truth there",
        "its guesses of importance came closer to the hidden truth there",
    ]


@pytest.mark.parametrize("loop", [None, {"learnt_from": 9, "tested_on": 3, "test_images": 3, "decision": "too_few"}])
def test_without_a_comparison_nothing_is_claimed(
    loop: dict[str, Any] | None, capsys: pytest.CaptureFixture[str]
) -> None:
    print_summary(report(loop))

    assert capsys.readouterr().out.count("closer") == 0
