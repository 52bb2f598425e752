"""How well labels found a hidden truth that is known here."""

import json

import pytest

from annotation.models import Study
from annotation.scales import DISTORTIONS
from tests.factories import cast, make_member, make_region, make_study
from webapp.demo.recovery import recovery
from webapp.demo.truth import Truth

pytestmark = pytest.mark.django_db


def make_labelled(qualities: list[tuple[int, int]], truths: list[float]) -> tuple[Study, dict[int, Truth]]:
    """A region for each pair of votes on quality, all of importance 2, with blur in the second; the truths."""
    study = make_study(votes_wanted=2)
    hidden: dict[int, Truth] = {}
    for place, (votes, quality) in enumerate(zip(qualities, truths, strict=True)):
        region = make_region(study)
        for vote in votes:
            cast(region, make_member(study), quality=vote, importance=2, blur=1 if place == 1 else 5)
        hidden[region.pk] = dict.fromkeys(DISTORTIONS, 5.0) | {"quality": quality, "importance": 1.0 + place}
    hidden[min(hidden)]["noise"] = 4.4
    return study, hidden


def test_ranks_distances_and_decisions_are_held_against_the_truth() -> None:
    study, hidden = make_labelled([(0, 1), (3, 3), (2, 3), (4, 4)], [1.0, 2.5, 3.0, 4.0])

    found = recovery(study, hidden)

    assert (found["labels"], found["quality_srocc"]) == (4, 0.8)
    assert found["quality_rmse"] == round(((0.5**2 + 0.5**2 + 0.5**2 + 0) / 4) ** 0.5, 3)
    assert found["with_or_without_right"] == round(22 / 24, 4)  # a blur that is none, a noise that nobody saw


def test_labels_that_are_all_alike_have_no_rank_and_the_report_stays_json() -> None:
    study, hidden = make_labelled([(3, 3)] * 3, [1.0, 2.0, 3.0])

    found = recovery(study, hidden)

    assert (found["quality_srocc"], found["importance_srocc"], found["labels"]) == (None, None, 3)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
