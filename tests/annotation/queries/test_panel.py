from dataclasses import replace
from uuid import uuid4

import numpy as np
import pytest

from annotation.actions.exclusions import exclude
from annotation.actions.votes import retract_vote
from annotation.aggregation.analysis import (
    TOTAL,
    agreements,
    course_of,
    drifts,
    recoveries,
    screenings,
)
from annotation.aggregation.batches import MOST, batches, order_of
from annotation.aggregation.panel import Answers, Panel
from annotation.enums import Purpose, Role
from annotation.models import Gold, Membership, Region, Sitting, Study, User, Vote
from annotation.queries.panel import panel_of
from annotation.scales import SCALES, TOP_LEVEL
from tests.factories import cast, make_member, make_opinion, make_region, make_study

pytestmark = pytest.mark.django_db


def pseudonym(person: User) -> str:
    return Membership.objects.get(user=person).pseudonym


def check(region: Region, person: User, purpose: Purpose, **levels: int) -> Vote:
    opinion = make_opinion(**levels)
    return Vote.objects.create(
        study=region.study,
        region=region,
        annotator=person,
        idempotency_key=uuid4(),
        purpose=purpose,
        surplus=True,
        duration_ms=5_000,
        **{scale: getattr(opinion, scale) for scale in SCALES},
    )


def make_gold(region: Region, **levels: int) -> Gold:
    opinion = make_opinion(**levels)
    return Gold.objects.create(
        region=region, study=region.study, use="hidden", **{scale: getattr(opinion, scale) for scale in SCALES}
    )


def make_panel(people: int = 4, regions: int = 6) -> tuple[Study, list[User]]:
    """Everybody votes on everything: quality is the region's number, a little more for the later people."""
    study = make_study(votes_wanted=people)
    raters = [make_member(study) for _ in range(people)]
    for number in range(regions):
        region = make_region(study)
        for place, rater in enumerate(raters):
            cast(region, rater, quality=min(4, number % 4 + (place > 1)), blur=5 if number % 2 else place)
    return study, raters


def test_votes_become_columns_under_pseudonyms() -> None:
    study, raters = make_panel(people=2, regions=3)

    panel = panel_of(study)

    assert sorted(panel.annotators) == sorted(pseudonym(rater) for rater in raters)
    assert panel.regions == [str(pk) for pk in Region.objects.order_by("pk").values_list("pk", flat=True)]
    assert (len(panel.votes), panel.tops) == (6, TOP_LEVEL)
    assert panel.ballots("quality").level.tolist() == [0, 0, 1, 1, 2, 2]
    assert panel.votes.milliseconds.tolist() == [12_000.0] * 6
    assert len(panel.affected("blur")) == 4


def test_retracted_surplus_and_excluded_votes_do_not_count() -> None:
    study, raters = make_panel(people=3, regions=2)
    vote = Vote.objects.filter(annotator=raters[0]).first()
    assert vote is not None
    retract_vote(vote=vote, annotator=raters[0])
    exclude(study=study, annotator=raters[1], by=make_member(study, Role.MANAGER), reason="Asleep.")

    panel = panel_of(study)

    assert len(panel.ballots("quality")) == 3
    assert len(panel.ballots("quality", with_excluded=True)) == 5
    assert [name for name, out in zip(panel.annotators, panel.excluded, strict=True) if out] == [pseudonym(raters[1])]


def test_gold_and_second_looks_are_matched_with_what_they_belong_to() -> None:
    study, (ben, cleo) = make_panel(people=2, regions=3)
    second = Region.objects.order_by("pk")[1]
    golden = make_region(study)
    make_gold(golden, quality=1)
    check(golden, ben, Purpose.GOLD, quality=3)
    check(second, cleo, Purpose.REPEAT, quality=4)
    check(golden, cleo, Purpose.REPEAT, quality=0)

    panel = panel_of(study)

    gold, repeats = panel.gold_of("quality"), panel.repeats_of("quality")
    assert (gold.level.tolist(), gold.expected.tolist()) == ([3.0], [1.0])
    assert panel.annotators[gold.annotator[0]] == pseudonym(ben)
    assert (repeats.first.tolist(), repeats.second.tolist()) == ([1.0], [4.0])
    assert panel.annotators[repeats.annotator[0]] == pseudonym(cleo)


def test_a_study_without_votes_has_an_empty_panel() -> None:
    panel = panel_of(make_study())

    assert (panel.regions, panel.annotators, len(panel.votes)) == ([], [], 0)
    assert (agreements(panel), recoveries(panel), batches(panel)) == ({}, {}, {})
    assert screenings(panel) == {"quality": [], "importance": []}


def test_everything_is_said_of_each_scale_and_of_the_distortions_together() -> None:
    study, raters = make_panel()
    panel = panel_of(study)

    agreement, scores, signals = agreements(panel, resamples=50, splits=5), recoveries(panel), screenings(panel)

    assert list(agreement) == [*SCALES, TOTAL]
    assert (agreement["quality"].regions, agreement["quality"].votes, agreement[TOTAL].votes) == (6, 24, 144)
    leniency = dict(zip(panel.annotators, scores["quality"].bias, strict=True))
    assert leniency[pseudonym(raters[3])] > leniency[pseudonym(raters[0])]
    assert [len(found) for found in signals.values()] == [4, 4]
    assert {signal.too_few for person in signals["quality"] for signal in person.every} == {True}


def test_batches_follow_the_course_of_the_study_on_every_scale() -> None:
    study, _ = make_panel(regions=6)

    found = batches(panel_of(study), size=4, resamples=20, splits=2)

    assert list(found) == [*SCALES, TOTAL]
    assert [[batch.regions for batch in every] for every in found.values()] == [[4, 2]] * 8 + [[24, 12]]
    first, second = found["quality"]
    assert first.moment <= second.moment
    assert (first.found.votes, first.found.annotators, first.found.without_each) == (16, 4, ())
    assert first.found.statistics["alpha_ordinal"] == first.ordinal


def test_one_batch_is_no_course() -> None:
    study, _ = make_panel(regions=4)

    assert batches(panel_of(study), size=4) == {}


def test_a_large_study_has_larger_batches() -> None:
    study, _ = make_panel(people=2, regions=4)
    panel = panel_of(study)
    many = MOST + 5
    times = np.arange(many, dtype=float)
    whole = np.zeros(many, np.int64)
    votes = Answers(np.arange(many), whole, {"score": times % 3}, times, times, whole, whole)
    large = replace(panel, regions=["r"] * many, votes=votes, tops={"score": 2})

    assert np.bincount(order_of(large, size=1).batch).tolist() == [2] * 12 + [1]


def test_drift_looks_at_votes_in_sittings_only() -> None:
    study, (ben, *_) = make_panel(people=2, regions=4)
    sitting = Sitting.objects.create(study=study, annotator=ben, number=1)
    for position in range(1, 4):
        region = make_region(study)
        values = {scale: getattr(make_opinion(quality=position), scale) for scale in SCALES}
        Vote.objects.create(
            study=study,
            region=region,
            annotator=ben,
            idempotency_key=uuid4(),
            duration_ms=5_000,
            sitting=sitting,
            position=position,
            **values,
        )
    panel = panel_of(study)
    recovered = recoveries(panel)

    course = course_of(panel, "quality", recovered["quality"])

    assert (course.position.tolist(), course.sitting.tolist(), course.annotators) == ([0.0, 1.0, 2.0], [0, 0, 0], 2)
    assert {panel.annotators[who] for who in course.annotator} == {pseudonym(ben)}
    assert list(drifts(panel, recovered)["quality"].alarms) == []


def test_one_scale_of_somebody_else_s_study_is_enough() -> None:
    from annotation.aggregation.panel import Answers, no_answers

    whole, real = np.array([0, 0, 1, 1]), np.array([1.0, 2.0, 4.0, 4.0])
    votes = Answers(whole, np.array([0, 1, 0, 1]), {"score": real}, real, real, whole, whole)
    nobody = no_answers(["score"])
    panel = Panel(
        ["a", "b"], ["x", "y"], {"score": 4}, np.zeros(2, bool), votes, nobody, {"score": np.zeros(0)}, nobody
    )

    assert list(agreements(panel, resamples=10, splits=2)) == ["score"]
    assert list(screenings(panel)) == ["score"]
    assert recoveries(panel)["score"].score.shape == (2,)
