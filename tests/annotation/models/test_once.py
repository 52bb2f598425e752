"""PostgreSQL itself refuses a second of what there is once, and any change to a snapshot; here by plain statements."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from annotation.actions.snapshots import take_snapshot
from annotation.actions.votes import retract_vote
from annotation.models import Assignment, Image, Region, Snapshot, Study, Vote
from tests.factories import cast, make_image, make_member, make_region, make_study

pytestmark = pytest.mark.django_db

LEASED = "leased_at = now(), leased_until = now() + interval '1 hour'"


def execute(statement: str, *values: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def copied(row: Vote | Assignment | Image | Snapshot, **changed: object) -> int:
    """The same row once more under a number of its own, with some columns `changed`; how many rows that made."""
    names = [field.column for field in row._meta.concrete_fields if not field.primary_key and not field.generated]
    values = ", ".join("%s" if name in changed else name for name in names)
    table = row._meta.db_table
    given = [changed[name] for name in names if name in changed]
    return execute(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM {table} WHERE id = %s", *given, row.pk
    )


@pytest.fixture
def study() -> Study:
    return make_study()


@pytest.fixture
def region(study: Study) -> Region:
    return make_region(study)


def refused(constraint: str, act: Callable[[], int]) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        act()
    assert caught.value.__cause__.diag.constraint_name == constraint


def test_a_person_has_one_standing_vote_on_a_region(study: Study, region: Region) -> None:
    ben, key = make_member(study), "00000000-0000-0000-0000-00000000000"
    vote = cast(region, ben)

    refused("vote_one_per_annotator", lambda: copied(vote, idempotency_key=f"{key}1"))
    refused("vote_one_per_annotator", lambda: copied(vote, idempotency_key=f"{key}1", surplus=True))
    refused("vote_idempotency_key_once", lambda: copied(vote, retracted_at="2026-01-01T00:00Z"))
    assert copied(vote, idempotency_key=f"{key}2", retracted_at="2026-01-01T00:00Z") == 1
    assert copied(vote, idempotency_key=f"{key}3", annotator_id=make_member(study).pk) == 1
    retract_vote(vote=vote, annotator=ben)
    assert copied(vote, idempotency_key=f"{key}4", retracted_at=None) == 1


def test_a_number_of_a_region_is_one_seat(region: Region) -> None:
    seat = region.assignments.earliest("number")

    refused("seat_number_once", lambda: copied(seat))
    assert copied(seat, number=region.assignments.count() + 1) == 1
    assert copied(seat, region_id=make_region(region.study, region.image).pk, number=99) == 1


def test_a_person_has_one_seat_of_a_region(study: Study, region: Region) -> None:
    first, second = region.assignments.order_by("number")[:2]
    take, ben = f"UPDATE annotation_assignment SET annotator_id = %s, {LEASED} WHERE id = %s", make_member(study)
    assert execute(take, ben.pk, first.pk) == 1

    refused("seat_one_per_annotator", lambda: execute(take, ben.pk, second.pk))
    assert execute(take, make_member(study).pk, second.pk) == 1
    assert execute(take, ben.pk, make_region(study).assignments.earliest("number").pk) == 1


def test_the_same_bytes_are_in_a_study_once(study: Study) -> None:
    image = make_image(study)

    refused("image_once_per_study", lambda: copied(image, name="another.png"))
    assert copied(image, study_id=make_study().pk) == 1
    assert copied(image, sha256="0" * 64) == 1


def test_the_same_content_of_a_study_is_one_snapshot(study: Study, region: Region) -> None:
    snapshot = take_snapshot(study=study)

    refused("snapshot_same_hash_once", lambda: copied(snapshot, file="elsewhere"))
    assert copied(snapshot, study_id=make_study().pk) == 1
    assert copied(snapshot, sha256="0" * 64) == 1


def test_no_column_of_a_snapshot_can_be_changed(study: Study, region: Region) -> None:
    snapshot = take_snapshot(study=study)
    before = Snapshot.objects.values().get()

    for field in Snapshot._meta.concrete_fields:
        change = f"UPDATE annotation_snapshot SET {field.column} = {field.column} WHERE id = %s"
        refused("snapshot_immutable", lambda change=change: execute(change, snapshot.pk))
    refused("snapshot_immutable", lambda: Snapshot.objects.update(rule="another"))
    assert Snapshot.objects.values().get() == before


def test_a_snapshot_can_not_be_deleted(study: Study, region: Region) -> None:
    snapshot = take_snapshot(study=study)

    refused("snapshot_immutable", lambda: execute("DELETE FROM annotation_snapshot WHERE id = %s", snapshot.pk))
    refused("snapshot_immutable", lambda: snapshot.delete()[0])
    assert Snapshot.objects.get() == snapshot
