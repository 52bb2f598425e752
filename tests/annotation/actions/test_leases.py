from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from annotation.actions.leases import Answer, lease_next, lease_token, read_lease_token, release, renew
from annotation.actions.regions import accept
from annotation.actions.votes import retract_vote
from annotation.enums import Role, StudyStatus
from annotation.errors import Conflict, Forbidden, InvalidInput
from annotation.models import Assignment, Membership
from tests.annotation.actions.sitters import make_protocol
from tests.factories import cast, make_member, make_region, make_study, make_user

pytestmark = pytest.mark.django_db


def expire(assignment: Assignment) -> None:
    Assignment.objects.filter(pk=assignment.pk).update(leased_until=timezone.now() - timedelta(minutes=10))


def test_lease_next_gives_a_free_seat_for_the_study_s_minutes() -> None:
    study = make_study(lease_minutes=12)
    region = make_region(study)
    ben = make_member(study)

    lease = lease_next(study=study, annotator=ben)

    assert lease.answer == Answer.SEAT
    assert lease.assignment is not None
    assert (lease.assignment.region, lease.assignment.annotator) == (region, ben)
    assert lease.assignment.leased_until - lease.assignment.leased_at == timedelta(minutes=12)


def waits_for_the_disk() -> bool:
    """At the end of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        return bool(cursor.fetchone() == ("on",))


@pytest.fixture
def durable() -> None:
    """As the product's server is, and the tests' is not."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO on")


@pytest.mark.usefixtures("durable")
@pytest.mark.parametrize("with_protocol", [False, True])
def test_a_lease_does_not_wait_for_the_disk_where_nothing_hangs_on_it(with_protocol: bool) -> None:
    study = make_study()
    make_region(study)
    ben = make_member(study)
    if with_protocol:
        make_protocol(study)

    lease = lease_next(study=study, annotator=ben)

    assert (lease.answer, waits_for_the_disk()) == (Answer.SEAT, with_protocol)


def test_a_lease_does_not_plan_its_statements_anew() -> None:
    study = make_study()
    make_region(study)

    lease_next(study=study, annotator=make_member(study))

    with connection.cursor() as cursor:
        cursor.execute("SHOW plan_cache_mode")
        assert cursor.fetchone() == ("force_generic_plan",)


@pytest.mark.usefixtures("durable")
def test_a_vote_waits_for_the_disk() -> None:
    study = make_study()

    cast(make_region(study), make_member(study))

    assert waits_for_the_disk()


def test_two_tabs_get_the_same_seat() -> None:
    study = make_study()
    for _ in range(3):
        make_region(study)
    ben = make_member(study)

    first = lease_next(study=study, annotator=ben)
    second = lease_next(study=study, annotator=ben)

    assert first.assignment == second.assignment


def test_one_seat_can_be_leased_ahead_and_no_more() -> None:
    study = make_study()
    for _ in range(4):
        make_region(study)
    ben = make_member(study)
    first = lease_next(study=study, annotator=ben).assignment

    ahead = lease_next(study=study, annotator=ben, holding=[first.pk]).assignment
    again = lease_next(study=study, annotator=ben, holding=[first.pk]).assignment
    third = lease_next(study=study, annotator=ben, holding=[first.pk, ahead.pk])

    assert ahead.region != first.region
    assert again == ahead
    assert third.answer == Answer.NOTHING_NOW


def test_a_region_is_never_leased_twice_to_one_person() -> None:
    study = make_study(votes_wanted=3)
    region = make_region(study)
    ben = make_member(study)
    cast(region, ben)

    assert lease_next(study=study, annotator=ben).answer == Answer.NOTHING_NOW


def test_an_expired_lease_is_taken_by_the_next_person() -> None:
    study = make_study(votes_wanted=1)
    make_region(study)
    ben, eve = make_member(study), make_member(study)
    seat = lease_next(study=study, annotator=ben).assignment
    assert lease_next(study=study, annotator=eve).answer == Answer.NOTHING_NOW

    expire(seat)
    taken = lease_next(study=study, annotator=eve)

    assert (taken.assignment, taken.assignment.annotator) == (seat, eve)
    with pytest.raises(Conflict, match="somebody else"):
        renew(assignment=seat, annotator=ben)


def test_an_expired_lease_nobody_took_is_still_one_s_own() -> None:
    study = make_study()
    make_region(study)
    ben = make_member(study)
    seat = lease_next(study=study, annotator=ben).assignment
    expire(seat)

    again = lease_next(study=study, annotator=ben)

    assert again.assignment == seat
    assert again.assignment.leased_until > timezone.now()


def test_breadth_comes_first() -> None:
    study = make_study(votes_wanted=3)
    regions = {make_region(study).pk for _ in range(5)}
    people = [make_member(study) for _ in range(5)]

    seats = [lease_next(study=study, annotator=person).assignment for person in people]

    assert {seat.region_id for seat in seats} == regions
    assert {seat.number for seat in seats} == {1}


def test_orders_of_two_people_differ_and_do_not_change() -> None:
    study = make_study(seed=11)
    for _ in range(60):
        make_region(study)
    ben, eve = make_member(study), make_member(study)

    def first_of(person: object) -> int:
        seat = lease_next(study=study, annotator=person).assignment
        release(assignment=seat, annotator=person)
        return seat.pk

    assert first_of(ben) == first_of(ben)
    assert len({first_of(person) for person in (ben, eve, *[make_member(study) for _ in range(6)])}) > 3


def test_all_done_is_not_nothing_now() -> None:
    study = make_study(votes_wanted=1)
    region = make_region(study)
    ben, eve = make_member(study), make_member(study)
    lease_next(study=study, annotator=ben)
    waiting = lease_next(study=study, annotator=eve).answer

    cast(region, ben)

    assert waiting == Answer.NOTHING_NOW
    assert lease_next(study=study, annotator=eve).answer == Answer.ALL_DONE


def test_a_study_without_regions_is_not_done() -> None:
    """Whoever comes before the first region is told so, and then gets it; proposals nobody has looked at are not there yet."""
    study = make_study()
    ben = make_member(study)
    region = make_region(study, accepted=False)

    assert lease_next(study=study, annotator=ben).answer == Answer.NOTHING_YET
    accept(region=region, by=make_member(study, Role.MANAGER))
    assert lease_next(study=study, annotator=ben).answer == Answer.SEAT


@pytest.mark.parametrize(
    ("status", "answer"), [(StudyStatus.PAUSED, Answer.PAUSED), (StudyStatus.CLOSED, Answer.CLOSED)]
)
def test_a_study_that_is_not_open_leases_nothing_and_says_why(status: StudyStatus, answer: Answer) -> None:
    study = make_study(status=status)
    make_region(study)

    assert lease_next(study=study, annotator=make_member(study)).answer == answer


def test_strangers_reviewers_and_removed_people_lease_nothing() -> None:
    study = make_study()
    make_region(study)
    gone = make_member(study)
    Membership.objects.filter(user=gone).update(active=False)

    for person in (make_user(), make_member(study, Role.REVIEWER), gone):
        with pytest.raises(Forbidden):
            lease_next(study=study, annotator=person)
    assert not Assignment.objects.exclude(annotator=None).exists()


def test_release_gives_the_seat_back_at_once() -> None:
    study = make_study(votes_wanted=1)
    make_region(study)
    ben, eve = make_member(study), make_member(study)
    seat = lease_next(study=study, annotator=ben).assignment

    release(assignment=seat, annotator=eve)
    assert lease_next(study=study, annotator=eve).answer == Answer.NOTHING_NOW
    release(assignment=seat, annotator=ben)

    assert lease_next(study=study, annotator=eve).assignment == seat


def test_renew_starts_the_minutes_again() -> None:
    study = make_study(lease_minutes=10)
    make_region(study)
    ben = make_member(study)
    seat = lease_next(study=study, annotator=ben).assignment
    expire(seat)

    assert renew(assignment=seat, annotator=ben).leased_until > timezone.now() + timedelta(minutes=9)


def test_a_retracted_vote_s_seat_is_the_person_s_again() -> None:
    study = make_study(votes_wanted=1)
    region = make_region(study)
    ben, eve = make_member(study), make_member(study)
    vote = cast(region, ben)

    retract_vote(vote=vote, annotator=ben)

    assert lease_next(study=study, annotator=eve).answer == Answer.NOTHING_NOW
    assert lease_next(study=study, annotator=ben).assignment.region == region


def test_a_lease_token_is_good_for_its_person_only() -> None:
    study = make_study()
    region = make_region(study)
    ben, eve = make_member(study), make_member(study)
    token = lease_token(lease_next(study=study, annotator=ben).assignment, ben)

    assert read_lease_token(token, ben).region_id == region.pk
    with pytest.raises(InvalidInput, match="somebody else"):
        read_lease_token(token, eve)
    with pytest.raises(InvalidInput, match="not one this server gave"):
        read_lease_token(token[:-2] + "xx", ben)


def test_a_seat_left_open_behind_a_client_that_kept_holding_it_comes_back_in_the_end() -> None:
    study = make_study(votes_wanted=1)
    for _ in range(14):
        make_region(study)
    ben = make_member(study)
    held = lease_next(study=study, annotator=ben).assignment
    while (lease := lease_next(study=study, annotator=ben, holding=[held.pk])).assignment is not None:
        cast(lease.assignment.region, ben)

    assert Assignment.objects.filter(vote=None).count() == 1
    assert lease_next(study=study, annotator=ben).assignment == held
