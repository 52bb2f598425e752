import pytest
from django.db import connection

from annotation.models import Label
from annotation.queries.seat_verification import seat_differences
from tests.factories import cast, make_member, make_region, make_study

pytestmark = pytest.mark.django_db


def run_sql(statement: str, *parameters: object) -> None:
    """Behind the product's back: without the triggers that would refuse it."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, parameters)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_votes_without_their_seats_and_seats_without_their_votes_are_reported() -> None:
    study = make_study()
    region = make_region(study)
    first, second, third = (cast(region, make_member(study)) for _ in range(3))
    assert list(seat_differences(study)) == []
    run_sql("UPDATE annotation_assignment SET vote_id = NULL WHERE vote_id = %s", first.pk)
    run_sql("UPDATE annotation_vote SET surplus = true WHERE id = %s", second.pk)
    run_sql("UPDATE annotation_assignment SET annotator_id = %s WHERE vote_id = %s", make_member(study).pk, third.pk)
    seats = {seat.vote_id: seat.number for seat in region.assignments.exclude(vote=None)}

    assert {str(one) for one in seat_differences(study)} == {
        f"region {region.pk}, vote {first.pk}: it counts, but has no seat of the same person in the same region.",
        f"region {region.pk}, vote {third.pk}: it counts, but has no seat of the same person in the same region.",
        f"region {region.pk}, seat {seats[second.pk]}: it is closed by a surplus vote.",
        f"region {region.pk}, seat {seats[third.pk]}: it is closed by a vote of another person or region.",
    }


def test_more_counted_votes_than_seats_are_reported() -> None:
    study = make_study()
    region = make_region(study)
    cast(region, make_member(study))
    run_sql("DELETE FROM annotation_assignment")

    assert f"region {region.pk}, seats: 1 votes count, but there are 0 seats." in map(str, seat_differences(study))


def test_a_region_that_can_never_get_its_votes_is_reported() -> None:
    study = make_study(votes_wanted=3)
    region, _ = make_region(study), make_region(study)
    cast(region, make_member(study))
    region.assignments.filter(vote=None, number=3).delete()

    assert [str(one) for one in seat_differences(study)] == [
        f"region {region.pk}, seats: 1 votes count and 1 seats are open, but 3 votes are wanted."
    ]


def test_a_label_nobody_voted_for_is_reported() -> None:
    study = make_study()
    region = make_region(study)
    nothing = {f"{scale}_votes": [0] * 6 for scale in ("exposure", "noise", "blur", "contrast", "colorfulness")}
    scores = {"compression_votes": [0] * 6, "quality_votes": [0] * 5, "importance_votes": [0] * 5}
    Label.objects.create(region=region, study=study, votes=0, rule="gullery-1", **nothing, **scores)

    assert [str(one) for one in seat_differences(study)] == [
        f"region {region.pk}, label: it is there, but nobody ever voted."
    ]
