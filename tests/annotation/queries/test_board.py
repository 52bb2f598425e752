from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotation.actions.leases import lease_next
from annotation.actions.messages import send_message
from annotation.enums import Purpose, Role
from annotation.models import Assignment, Gold, Membership, Region, Remark, Sitting, Study, User, Vote
from annotation.queries.board import DAYS, Person, State, board_of, forecast, pace_of, people_of, rated_before_today
from annotation.scales import SCALES
from tests.factories import cast, make_member, make_opinion, make_region, make_study

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def study() -> Study:
    return make_study(lease_minutes=10)


def one(study: Study, user: User) -> Person:
    (found,) = [person for person in people_of(study) if person.membership.user_id == user.pk]
    return found


def sit(study: Study, user: User, *, last: timedelta, number: int = 1) -> Sitting:
    sitting = Sitting.objects.create(study=study, annotator=user, number=number)
    Sitting.objects.filter(pk=sitting.pk).update(started_at=timezone.now() - last, last_at=timezone.now() - last)
    return sitting


def say(study: Study, user: User, purpose: Purpose, region: Region | None = None, **levels: int) -> Vote:
    opinion = make_opinion(**levels)
    return Vote.objects.create(
        study=study, region=region or make_region(study), annotator=user, idempotency_key=uuid4(), duration_ms=1000,
        purpose=purpose, surplus=purpose != Purpose.LABEL, **{scale: getattr(opinion, scale) for scale in SCALES},
    )  # fmt: skip


def test_a_vote_shows_who_is_rating_and_how_much(study: Study) -> None:
    ben, finn = make_member(study, name="ben"), make_member(study, name="finn")
    cast(make_region(study), ben)
    say(study, ben, Purpose.WARM_UP)

    working, idle = one(study, ben), one(study, finn)

    assert (working.state, working.work.votes, working.work.today, sum(working.days)) == (State.RATING, 1, 1, 1)
    assert (idle.state, idle.work.votes, idle.days) == (State.AWAY, 0, (0,) * DAYS)
    assert board_of(study).seats.left == 13


@pytest.mark.parametrize(
    ("last", "state", "why"),
    [
        (5 * MINUTE, State.RATING, ""),
        (30 * MINUTE, State.AWAY, ""),
        (90 * MINUTE, State.STUCK, "silent"),
        (13 * HOUR, State.AWAY, ""),
    ],
)
def test_an_open_sitting_without_a_sign_is_stuck_for_a_while(
    study: Study, last: timedelta, state: State, why: str
) -> None:
    ben = make_member(study)
    sit(study, ben, last=last)

    assert (one(study, ben).state, one(study, ben).stuck) == (state, why)


def test_who_holds_one_region_very_long_is_stuck(study: Study) -> None:
    make_region(study)
    ben = make_member(study)
    lease_next(study=study, annotator=ben)
    before = one(study, ben).stuck
    Assignment.objects.filter(annotator=ben).update(leased_at=timezone.now() - 31 * MINUTE)

    assert (before, one(study, ben).stuck) == ("", "lease")
    Membership.objects.filter(user=ben).update(paused=True)
    assert (one(study, ben).state, one(study, ben).stuck) == (State.PAUSED, "")


def test_managers_are_on_the_board_once_they_have_rated(study: Study) -> None:
    ada = make_member(study, Role.MANAGER)
    make_member(study, Role.REVIEWER)

    assert people_of(study) == ()
    cast(make_region(study), ada)
    assert [person.membership.user for person in people_of(study)] == [ada]


def test_hidden_looks_are_summed_up_when_there_are_enough(study: Study) -> None:
    ben = make_member(study)
    for number in range(5):
        first = say(study, ben, Purpose.LABEL, blur=1)
        say(study, ben, Purpose.REPEAT, first.region, blur=1 if number else 4)
        looked = say(study, ben, Purpose.GOLD, blur=1, noise=2)
        levels = {scale: getattr(make_opinion(), scale) for scale in SCALES}
        Gold.objects.create(study=study, region=looked.region, use="hidden", **levels)

    person = one(study, ben)

    assert person.repeats is not None
    assert person.gold is not None
    assert (person.repeats.looks, person.repeats.within, person.repeats.enough) == (5, 39 / 40, True)
    assert (person.gold.looks, person.gold.percent) == (5, 75)


def test_open_remarks_and_unread_messages_are_counted(study: Study) -> None:
    ada, ben = make_member(study, Role.MANAGER), make_member(study)
    Membership.objects.update(created_at=timezone.now() - DAY)
    region = make_region(study)
    for handled in (None, timezone.now()):
        Remark.objects.create(
            study=study, region=region, annotator=ben, kind="flag", reason="small", idempotency_key=uuid4(),
            handled_at=handled,
        )  # fmt: skip
    send_message(study=study, by=ada, text="All.")
    send_message(study=study, by=ada, text="One.", to=ben)

    assert (one(study, ben).remarks, one(study, ben).unread) == (1, 2)


def test_pace_and_forecast() -> None:
    today = timezone.localdate()

    assert pace_of({}) == 0
    assert pace_of({today: 30}) == 30
    assert pace_of({today - DAY: 30, today: 10}) == 20
    assert pace_of({today - timedelta(days=40): 9000, today - DAY: 70}) == 10
    assert forecast(100, 30.0) == today + timedelta(days=3)
    assert [forecast(0, 30.0), forecast(100, 0.0), forecast(10**9, 1.0)] == [None] * 3


def test_no_end_is_foreseen_from_a_part_of_a_day(study: Study) -> None:
    cast(make_region(study), make_member(study))
    today = timezone.localdate()

    assert (board_of(study).done_on, board_of(study).is_first_day) == (None, True)
    assert [rated_before_today(days) for days in ({}, {today: 3}, {today - DAY: 1, today: 3})] == [False, False, True]


def test_the_board_costs_the_same_for_three_people_and_for_thirty(study: Study) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            board_of(study)
        return len(seen)

    def join(number: int) -> None:
        for place in range(number):
            user = make_member(study)
            cast(make_region(study), user)
            sit(study, user, last=place * MINUTE)

    join(3)
    before = queries()
    join(27)

    assert (queries(), len(board_of(study).people)) == (before, 30)
    assert before == 13


def test_days_of_the_study_count_votes_that_count(study: Study) -> None:
    ben = make_member(study)
    cast(make_region(study), ben)
    say(study, ben, Purpose.REPEAT)

    days = board_of(study).days

    assert (list(days.values()), [type(day) for day in days]) == ([1], [date])
