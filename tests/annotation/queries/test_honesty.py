import random

import pytest

from annotation.actions.versions import promote
from annotation.enums import PrelabelSeen, SeatReason
from annotation.models import Assignment, ModelVersion, Region, Study, User, Vote
from annotation.queries.honesty import alarms_of, honesty_of, predictions_of
from tests.annotation.prelabels import make_prelabel
from tests.factories import cast, make_image, make_member, make_region, make_study, make_version

pytestmark = pytest.mark.django_db


def study_with_a_model(**settings: object) -> tuple[Study, ModelVersion, list[User]]:
    study = make_study(**{"votes_wanted": 2} | settings)
    version = make_version()
    promote(study=study, version=version, reason="The first.")
    return study, version, [make_member(study) for _ in range(2)]


def rate(region: Region, people: list[User], *qualities: int) -> None:
    for person, quality in zip(people, qualities, strict=True):
        cast(region, person, quality=quality)


def settle(study: Study, version: ModelVersion, people: list[User], labels: int, error: float = 0.0) -> None:
    """Regions of one image with varied qualities, predicted with the given error and a little noise."""
    image, chance = make_image(study), random.Random(labels)
    for _ in range(labels):
        region, quality = make_region(study, image), chance.randrange(0, 4)
        said = min(4.0, quality + 0.5 + error + chance.uniform(-0.4, 0.4))
        make_prelabel(region, version, {"quality": max(0.0, said)})
        rate(region, people, quality, quality + 1)


def test_a_settled_region_s_prediction_stands_beside_its_votes() -> None:
    study, version, people = study_with_a_model()
    region = make_region(study)
    make_prelabel(region, version, {"quality": 2.25, "importance": 1.5})
    rate(region, people, 2, 4)

    (row,) = predictions_of(study)

    assert (row.region, row.version, row.part, row.votes) == (region.pk, version.pk, "random", 2)
    assert row.scales == ((2.25, 6, 20), (1.5, 4, 8))


def test_only_what_was_said_before_the_first_vote_counts() -> None:
    study, version, people = study_with_a_model()
    late, unsettled, unseen = make_region(study), make_region(study), make_region(study)
    make_prelabel(late, version, votes_before=1)
    make_prelabel(unsettled, version)
    cast(unsettled, people[0])
    for region in (late, unseen):
        rate(region, people, 2, 3)

    assert predictions_of(study) == []
    found = honesty_of(study)
    assert (found.labels, found.versions, found.begins) == (0, (), ())
    assert [(curve.scale, curve.points, curve.ceiling) for curve in found.curves] == [
        (scale, {"random": [], "model": []}, None) for scale in ("quality", "importance")
    ]


def test_votes_that_saw_a_prelabel_were_taken_back_or_came_too_many_do_not_count() -> None:
    study, version, people = study_with_a_model()
    region = make_region(study)
    prelabel = make_prelabel(region, version)
    rate(region, people, 1, 2)
    facts = {"study": study, "region": region, "quality": 4, "importance": 4, "duration_ms": 9}
    levels = dict.fromkeys(("exposure", "noise", "blur", "contrast", "colorfulness", "compression"), 5)
    for number, unlike in enumerate(
        (
            {"prelabel_seen": PrelabelSeen.BEFORE_VOTE, "prelabel": prelabel},
            {"surplus": True},
            {"retracted_at": "2026-01-01T00:00Z"},
        )
    ):
        Vote.objects.create(annotator=make_member(study), idempotency_key=f"{number:032}", **facts | levels | unlike)

    (row,) = predictions_of(study)

    assert (row.votes, row.scales[0][1:]) == (2, (3, 5))


def test_the_curve_follows_the_version_that_spoke_last_and_the_table_has_all() -> None:
    study, old, people = study_with_a_model()
    new = make_version(study)
    for number in range(6):
        region = make_region(study)
        make_prelabel(region, old, {"quality": 1.0})
        if number >= 4:
            make_prelabel(region, new, {"quality": 2.5})
        rate(region, people, 2, 3)

    found = honesty_of(study)

    assert found.labels == 6
    assert found.begins == ((1, old), (5, new))
    table = [(one.version, one.part, one.labels, one.scores[0].mae, one.scores[0].srocc) for one in found.versions]
    assert table == [(new, "random", 2, 0.0, None), (old, "random", 6, 1.5, None)]


def test_each_version_has_a_curve_of_all_it_predicted_on_the_labels_own_places() -> None:
    study, old, people = study_with_a_model()
    new, brief = make_version(study), make_version(study)
    settle(study, old, people, 40)
    settle(study, new, people, 32)
    settle(study, brief, people, 3)
    for prelabel in [*old.prelabels.order_by("-pk")[:35]]:
        make_prelabel(prelabel.region, new, {"quality": 2.5})

    found = honesty_of(study)

    assert [(one.version, one.part) for one in found.curves[0].each] == [(old, "random"), (new, "random")]
    assert [[point.at for point in one.points] for one in found.curves[0].each] == [
        [30, 37, 40],
        [35, 42, 49, 56, 63, 70, 72],
    ]
    assert found.numbers == {old.pk: 1, new.pk: 2, brief.pk: 3}


def test_a_version_that_never_spoke_last_has_a_number_too() -> None:
    study, old, people = study_with_a_model()
    new, region = make_version(study), make_region(study)
    for version in (old, new):
        make_prelabel(region, version)
    rate(region, people, 2, 3)

    assert honesty_of(study).numbers == {new.pk: 1, old.pk: 2}


def test_a_region_the_model_chose_once_is_the_model_s() -> None:
    study, version, people = study_with_a_model()
    regions = [make_region(study) for _ in range(3)]
    for region in regions:
        make_prelabel(region, version)
    Assignment.objects.filter(region=regions[0], number=2).update(turn=1, probability=0.5, reason=SeatReason.MODEL)
    Assignment.objects.filter(region=regions[1], number=1).update(turn=2, probability=0.5)
    for region in regions:
        rate(region, people, 2, 3)

    assert {row.region: row.part for row in predictions_of(study)} == dict(
        zip([region.pk for region in regions], ("model", "random", "random"), strict=True)
    )


def test_the_curve_and_its_ceiling() -> None:
    study, version, people = study_with_a_model()
    settle(study, version, people, 45)

    quality, importance = honesty_of(study).curves

    assert [point.at for point in quality.points["random"]] == [30, 37, 44, 45]
    assert quality.points["model"] == []
    last = quality.points["random"][-1].score
    assert last.labels == 30
    assert 0.8 < last.srocc < 1.0
    assert last.mae == pytest.approx(0.2, abs=0.1)
    assert 0.85 < quality.ceiling < 0.95
    assert importance.ceiling == 0.0  # everybody said the same of all
    assert importance.points["random"][-1].score.srocc is None


def test_the_alarm_names_scale_and_part() -> None:
    study, version, people = study_with_a_model()
    settle(study, version, people, 60)
    assert alarms_of(study) == []

    settle(study, version, people, 40, error=1.5)

    ((scale, part, alarm),) = alarms_of(study)
    assert (scale, part, alarm.labels) == ("quality", "random", 30)
    assert alarm.now > 0.8 > 0.4 > alarm.before
    assert honesty_of(study).curves[0].alarms == {"random": alarm}


def test_a_study_without_a_model_is_not_asked(django_assert_num_queries: object) -> None:
    study = make_study()
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert alarms_of(study) == []


def test_two_statements_whatever_the_study_holds(django_assert_num_queries: object) -> None:
    study, version, people = study_with_a_model()
    settle(study, version, people, 35)

    with django_assert_num_queries(2):  # type: ignore[operator]
        honesty_of(study)
