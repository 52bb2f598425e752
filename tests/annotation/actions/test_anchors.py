"""Examples that two managers change at once."""

from contextlib import closing

import pytest
from django.db import connection

from annotation.actions.anchors import _ANCHORS, claim_anchorless, note_anchor, put_anchor, standing_anchors
from annotation.enums import Role
from annotation.errors import Conflict, InvalidInput
from annotation.models import Anchor, Protocol, Study, User
from tests.annotation.actions.test_races import in_threads
from tests.factories import make_member, make_study
from tests.pictures import picture_bytes

pytestmark = pytest.mark.django_db


def put(study: Study, by: User | None) -> Anchor:
    data = picture_bytes("PNG", 32, 32)
    return put_anchor(study=study, scale="blur", level=2, name="a.png", data=data, by=by)


def test_other_words_are_a_new_row_with_the_same_picture() -> None:
    study = make_study()
    ada, first = make_member(study, Role.MANAGER), put(study, None)

    row = note_anchor(anchor=first, note=" Look at the edges. ", by=ada)

    first.refresh_from_db()
    assert (row.pk != first.pk, row.note, row.sha256, row.added_by) == (True, "Look at the edges.", first.sha256, ada)
    assert (first.replaced_at is not None, standing_anchors(study).get()) == (True, row)
    with pytest.raises(InvalidInput, match="301 characters"):
        note_anchor(anchor=row, note="x" * 301, by=ada)


def test_words_for_an_example_that_was_replaced_are_refused() -> None:
    study = make_study()
    ada, first = make_member(study, Role.MANAGER), put(study, None)
    put(study, ada)

    with pytest.raises(Conflict) as refused:
        note_anchor(anchor=first, note="Look.", by=ada)

    assert refused.value.code == "anchor_changed"
    assert Anchor.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_the_study_that_another_worker_is_busy_with() -> None:
    """Neither where that worker makes its anchors, nor where somebody holds rows of the study."""
    first, second, third = studies = [make_study() for _ in range(3)]
    for study in studies:
        Protocol.objects.create(study=study)
    claimed = []
    with closing(connection.copy()) as elsewhere, elsewhere.cursor() as cursor, connection.cursor() as here:
        cursor.execute("BEGIN")
        for table, column in (("annotation_protocol", "study_id"), ("annotation_study", "id")):
            cursor.execute(f"SELECT 1 FROM {table} WHERE {column} = %s FOR UPDATE", [first.pk])
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_ANCHORS, second.pk])
        here.execute("SET lock_timeout TO '5s'")
        with claim_anchorless() as one:
            claimed.append(one)
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_ANCHORS, first.pk])
        with claim_anchorless() as one:
            claimed.append(one)
        here.execute("SET lock_timeout TO DEFAULT")
        cursor.execute("ROLLBACK")

    assert claimed == [first, third]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", range(3))
def test_of_managers_who_change_it_at_once_one_does_and_the_others_are_told(round_: int) -> None:
    study = make_study()
    first = put(study, None)
    people = [make_member(study, Role.MANAGER, f"m{number}") for number in range(6)]
    codes: list[str] = []

    def change(person: User) -> None:
        try:
            if person == people[0]:
                put(study, person)
            else:
                note_anchor(anchor=first, note=person.username, by=person)
        except Conflict as error:
            codes.append(error.code)

    in_threads(people, change)

    done = Anchor.objects.exclude(pk=first.pk)
    assert standing_anchors(study).count() == 1
    assert (done.count() + len(codes), set(codes) <= {"anchor_changed", "anchor_there"}) == (6, True)
    assert done.count() <= 2  # words, and then the picture
