"""One person in many tabs, in a study with a protocol: counted once, checked once, never locked up."""

from uuid import uuid4

import pytest
from django.db import transaction

from annotation.actions.leases import Answer, lease_next
from annotation.actions.votes import cast_vote
from annotation.enums import Purpose
from annotation.models import Assignment, Label, Sitting, Study, User, Vote
from annotation.queries.seat_verification import seat_differences
from tests.annotation.actions.casting import cast_check
from tests.annotation.actions.sitters import make_gold, make_protocol
from tests.annotation.actions.test_races import crowded_study, in_threads
from tests.factories import FACTS, make_opinion

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def busy_study(regions: int, people: int) -> tuple[Study, list[User]]:
    study, raters = crowded_study(regions=regions, people=people, votes_wanted=2)
    make_protocol(study, gold_every=3, repeat_share=0.25, repeat_gap=12, warm_up=2, sitting_minutes=30)
    for _ in range(6):
        make_gold(study)
    return study, raters


def rate_all(study: Study, person: User) -> None:
    """Until nothing is left; what another tab has voted from is refused, and that is all."""
    for _ in range(400):
        if not rate_next(study, person):
            return


def rate_next(study: Study, person: User) -> bool:
    lease = lease_next(study=study, annotator=person)
    if lease.answer != Answer.SEAT:
        return False
    seat = Assignment.objects.get(pk=lease.assignment.pk)
    what = {"annotator": person, "opinion": make_opinion(), "facts": FACTS}
    key = uuid4()
    try:
        if seat.purpose == Purpose.LABEL:
            cast_vote(region_id=seat.region_id, idempotency_key=key, **what)
        else:
            cast_check(seat_id=seat.pk, idempotency_key=key, **what)
    except Exception as error:
        if getattr(error, "code", "") != "already_voted":
            raise
    return True


def test_many_tabs_open_one_sitting_and_one_seat() -> None:
    study, people = busy_study(regions=10, people=1)
    seats: list[int] = []

    in_threads(people * 8, lambda person: seats.append(lease_next(study=study, annotator=person).assignment.pk))

    sitting = Sitting.objects.get()
    assert len(set(seats)) == 1
    assert (sitting.number, sitting.seats) == (1, 1)


def test_three_tabs_each_of_four_people_are_counted_exactly() -> None:
    study, people = busy_study(regions=24, people=4)

    in_threads(people * 3, lambda person: rate_all(study, person))

    assert Label.objects.filter(study=study, votes=2).count() == 24
    assert Vote.objects.live().filter(study=study).count() == 48
    assert set(Vote.objects.values_list("purpose", flat=True)) >= {Purpose.LABEL, Purpose.GOLD}
    for sitting in Sitting.objects.all():
        positions = sorted(sitting.said.values_list("position", flat=True))
        assert positions == list(range(1, sitting.votes + 1))
        assert sitting.seats == Assignment.objects.filter(annotator=sitting.annotator).count()
    busy = (
        Assignment.objects.exclude(annotator=None).values("annotator").distinct()
    )  # somebody may come too late for all
    assert Sitting.objects.count() == busy.count()
    assert list(seat_differences(study)) == []


def test_who_waited_for_another_tab_gets_no_seat_from_before_the_sitting() -> None:
    """Their transaction began first: a seat dated by it would be handed out, and counted, once more."""
    study, people = busy_study(regions=10, people=1)

    with transaction.atomic():
        list(User.objects.all())  # the transaction has begun
        in_threads(people, lambda person: rate_next(study, person))
        later = lease_next(study=study, annotator=people[0])
    again = lease_next(study=study, annotator=people[0])

    assert again.assignment == later.assignment
    assert Sitting.objects.get().seats == 2


def test_a_check_sent_from_many_threads_is_stored_once() -> None:
    study, people = busy_study(regions=2, people=1)
    ben = people[0]
    make_protocol_free(study)
    seat = lease_next(study=study, annotator=ben).assignment
    key, created = uuid4(), []

    def cast(person: User) -> None:
        answer = cast_check(annotator=person, seat_id=seat.pk, opinion=make_opinion(), idempotency_key=key, facts=FACTS)
        created.append(answer.created)

    in_threads(people * 8, cast)

    assert sorted(created) == [False] * 7 + [True]
    assert Vote.objects.get().purpose == Purpose.GOLD
    assert Sitting.objects.get().votes == 1


def make_protocol_free(study: Study) -> None:
    """Nothing but gold."""
    study.protocol.delete()
    make_protocol(study, gold_every=1)
