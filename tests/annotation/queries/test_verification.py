import random

import pytest
from django.db import connection

from annotation.actions.votes import retract_vote
from annotation.models import Label, Region, Study, User
from annotation.opinion import DISTORTIONS, SCALES
from annotation.queries.verification import replay_labels
from tests.factories import cast, make_member, make_region, make_study

pytestmark = pytest.mark.django_db


def run_sql(statement: str, *parameters: object) -> None:
    """Behind the product's back: without the triggers that would refuse it."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, parameters)
        cursor.execute("SET LOCAL session_replication_role = origin")


def differences(study: Study) -> list[str]:
    return [str(one) for found in replay_labels(study) for one in found]


def rated(study: Study, votes: int) -> tuple[Region, list[User]]:
    region = make_region(study)
    people = [make_member(study) for _ in range(votes)]
    for number, person in enumerate(people):
        cast(region, person, blur=number % 6, quality=number % 5)
    return region, people


@pytest.mark.parametrize("severity_votes, severity_top", [("affected", 4), ("affected", 5), ("all", 4), ("all", 5)])
def test_labels_made_by_the_product_verify_under_every_rule(severity_votes: str, severity_top: int) -> None:
    study = make_study(votes_wanted=4, severity_votes=severity_votes, severity_top=severity_top)
    people = [make_member(study) for _ in range(4)]
    dice = random.Random(3)
    for _ in range(30):
        region = make_region(study)
        for person in people[: dice.randint(1, 4)]:
            levels = {scale: dice.choice([5, 5, 5, dice.randint(0, 5)]) for scale in DISTORTIONS}
            cast(region, person, **levels, quality=dice.randint(0, 4), importance=dice.randint(0, 4))

    assert differences(study) == []
    assert sum(1 for _ in replay_labels(study)) == 30
    assert set(Label.objects.values_list("status", flat=True)) == {"open", "settled", "disputed"}


def test_a_label_whose_votes_were_all_retracted_verifies() -> None:
    study = make_study()
    region, [person] = rated(study, 1)
    retract_vote(vote=region.votes.get(), annotator=person)

    assert (differences(study), Label.objects.get().votes) == ([], 0)


def test_a_changed_level_is_reported_with_region_and_scale() -> None:
    study = make_study()
    region, _ = rated(study, 3)
    run_sql("UPDATE annotation_label SET quality_level = 4 WHERE region_id = %s", region.pk)

    assert differences(study) == [
        f"region {region.pk}, quality: stored [1, 1, 1, 0, 0] level 4, "
        "by SQL [1, 1, 1, 0, 0] level 1, by Python [1, 1, 1, 0, 0] level 1."
    ]


@pytest.mark.parametrize(
    "change, subjects",
    [
        ("UPDATE annotation_label SET noise_votes = '{0,0,0,0,1,2}'", ["noise"]),
        ("UPDATE annotation_label SET status = 'settled'", ["status"]),
        ("UPDATE annotation_label SET votes = 7", ["votes"]),
        ("UPDATE annotation_label SET exposed_votes = 1", ["exposed"]),
        ("UPDATE annotation_label SET rule = 'gullery-0'", ["rule"]),
        ("DELETE FROM annotation_label", ["label"]),
        ("UPDATE annotation_vote SET quality = 4, blur = 5", ["blur", "quality"]),
        ("UPDATE annotation_vote SET retracted_at = now() WHERE quality = 2", ["votes", *SCALES]),
    ],
)
def test_whatever_was_changed_behind_the_product_s_back_is_reported(change: str, subjects: list[str]) -> None:
    study = make_study()
    rated(study, 3)
    run_sql(change)

    assert {one.subject for found in replay_labels(study) for one in found} == set(subjects)
