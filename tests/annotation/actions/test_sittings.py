"""Sittings: opened by the first region, ended by the clock, by a pause or by the person."""

from datetime import timedelta

import pytest
from django.utils import timezone

from annotation.actions.leases import Answer
from annotation.actions.sittings import end_sitting
from annotation.enums import CheckPolicy, ExamKind
from annotation.models import Assignment, Exam, Membership, Protocol, Sitting, Study
from annotation.queries.sittings import tomorrow
from tests.annotation.actions.sitters import ask, let_pass, make_check, rate, run_study, say
from tests.factories import make_member, make_region, make_study

pytestmark = pytest.mark.django_db


def test_a_study_without_a_protocol_has_no_sittings() -> None:
    study = make_study()
    make_region(study)
    ben = make_member(study)

    lease = ask(study, ben)
    vote = say(lease.assignment, ben)

    assert (lease.answer, lease.until, lease.sitting) == (Answer.SEAT, None, None)
    assert (vote.sitting, vote.position, Sitting.objects.count()) == (None, None, 0)


def test_the_first_region_opens_a_sitting_and_votes_are_counted_in_it() -> None:
    study = run_study(sitting_minutes=30)
    ben = make_member(study)

    first = ask(study, ben)
    ahead = ask(study, ben, first.assignment)
    votes = [say(first.assignment, ben), say(ahead.assignment, ben)]

    sitting = Sitting.objects.get()
    assert [(one.sitting.number, one.sitting.seats, one.sitting.position) for one in (first, ahead)] == [
        (1, 1, 1),
        (1, 2, 2),
    ]
    assert first.sitting.minutes_left == 30
    assert (sitting.number, sitting.seats, sitting.votes, sitting.ended_at) == (1, 2, 2, None)
    assert [(vote.sitting, vote.position) for vote in votes] == [(sitting, 1), (sitting, 2)]


def test_a_region_shown_again_is_not_counted_again() -> None:
    study = run_study()
    ben = make_member(study)
    first = ask(study, ben).assignment
    let_pass(seconds=1)
    ask(study, ben, first)

    again = ask(study, ben)

    assert (again.assignment, again.sitting.seats, again.sitting.position) == (first, 2, 1)
    assert Sitting.objects.get().seats == 2


def test_after_its_minutes_comes_a_break_and_then_a_new_sitting() -> None:
    study = run_study(sitting_minutes=30, break_minutes=5)
    ben = make_member(study)
    rate(study, ben)
    let_pass(minutes=29)
    Sitting.objects.update(last_at=timezone.now())
    assert ask(study, ben).sitting.minutes_left == 1
    rate(study, ben)
    let_pass(minutes=2)

    rest = ask(study, ben)
    again = ask(study, ben)
    let_pass(minutes=4, seconds=30)
    fresh = ask(study, ben)

    assert (rest.answer, again.answer, again.until) == (Answer.REST, Answer.REST, rest.until)
    assert timedelta(minutes=3) < rest.until - timezone.now() < timedelta(minutes=5)
    assert (fresh.answer, fresh.sitting.number, fresh.sitting.position) == (Answer.SEAT, 2, 1)
    assert [sitting.ended_at is None for sitting in Sitting.objects.order_by("number")] == [False, True]


def test_what_is_on_screen_when_the_time_is_up_is_rated_before_the_break() -> None:
    study = run_study(sitting_minutes=30)
    ben = make_member(study)
    first = ask(study, ben).assignment
    ahead = ask(study, ben, first).assignment
    let_pass(minutes=31)
    Sitting.objects.update(last_at=timezone.now())

    assert ask(study, ben, first, ahead).answer == Answer.REST
    assert ask(study, ben, first).assignment == ahead
    votes = [say(first, ben), say(ahead, ben)]

    assert ask(study, ben).answer == Answer.REST
    assert [vote.position for vote in votes] == [1, 2]
    assert Sitting.objects.get().ended_at is not None


def test_a_vote_that_comes_in_during_the_break_is_kept_in_the_sitting_it_was_for() -> None:
    study = run_study(sitting_minutes=30)
    ben = make_member(study)
    seat = ask(study, ben).assignment
    end_sitting(study=study, annotator=ben)

    vote = say(seat, ben)

    sitting = Sitting.objects.get()
    assert (vote.sitting, vote.position, sitting.votes) == (sitting, 1, 1)
    assert sitting.ended_at is not None


def test_a_pause_ends_a_sitting_where_it_began() -> None:
    study = run_study(sitting_minutes=30)
    ben = make_member(study)
    rate(study, ben)
    let_pass(minutes=16)

    fresh = ask(study, ben)

    old = Sitting.objects.get(number=1)
    assert (fresh.answer, fresh.sitting.number, fresh.sitting.minutes_left) == (Answer.SEAT, 2, 30)
    assert old.ended_at == old.last_at


def test_a_vote_after_a_pause_does_not_hide_it() -> None:
    study = run_study(sitting_minutes=30)
    ben = make_member(study)
    seat = ask(study, ben).assignment
    let_pass(minutes=40)

    say(seat, ben)

    assert ask(study, ben).sitting.number == 2


def test_who_stops_and_comes_back_at_once_goes_on_in_the_same_sitting() -> None:
    study = run_study(sitting_minutes=30)
    ben = make_member(study)
    rate(study, ben)
    end_sitting(study=study, annotator=ben)
    let_pass(minutes=10)

    same = ask(study, ben)

    assert (same.sitting.number, same.sitting.minutes_left) == (1, 20)
    assert Sitting.objects.get().ended_at is None


def test_stopping_just_before_the_limit_does_not_avoid_the_break() -> None:
    study = run_study(sitting_minutes=30)
    ben = make_member(study)
    rate(study, ben)
    let_pass(minutes=29)
    end_sitting(study=study, annotator=ben)
    let_pass(minutes=2)

    assert ask(study, ben).answer == Answer.REST


def test_so_many_sittings_are_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    noon = timezone.now()  # whatever the hour, what is made earlier by minutes is of the same day
    monkeypatch.setattr("annotation.queries.sittings.day_start", lambda: noon - timedelta(hours=12))
    study = run_study(sittings_per_day=2, sitting_minutes=30, break_minutes=5)
    ben = make_member(study)
    for _ in range(2):
        rate(study, ben)
        end_sitting(study=study, annotator=ben)
        Sitting.objects.update(ended_at=timezone.now() - timedelta(seconds=0.1), started_at=timezone.now())
        let_pass(minutes=0.1)
        Sitting.objects.update(ended_at=timezone.now() - timedelta(minutes=20))

    done = ask(study, ben)

    assert (done.answer, done.until) == (Answer.DAY_DONE, tomorrow())
    let_pass(days=1)
    assert ask(study, ben).sitting.number == 3


def test_a_sitting_in_which_nothing_was_said_is_none_of_the_day_s() -> None:
    study = run_study(sittings_per_day=1)
    ben = make_member(study)
    ask(study, ben)
    let_pass(minutes=16)

    assert ask(study, ben).answer == Answer.SEAT


def test_what_an_earlier_sitting_left_over_is_counted_in_the_new_one() -> None:
    study = run_study()
    ben = make_member(study)
    seat = ask(study, ben).assignment
    let_pass(minutes=16)

    lease = ask(study, ben)
    again = ask(study, ben)

    assert (lease.assignment, lease.sitting.number, lease.sitting.seats) == (seat, 2, 1)
    assert (again.assignment, again.sitting.seats) == (seat, 1)


def test_no_sitting_is_opened_for_somebody_without_work() -> None:
    study = run_study(regions=0, warm_up=3)
    ben = make_member(study)

    assert ask(study, ben).answer == Answer.NOTHING_YET
    assert Sitting.objects.count() == 0


@pytest.mark.parametrize(
    "policy, passed, answers",
    [
        (CheckPolicy.OFF, None, Answer.SEAT),
        (CheckPolicy.WARN, None, Answer.CHECK_DUE),
        (CheckPolicy.WARN, False, Answer.SEAT),
        (CheckPolicy.BLOCK, None, Answer.CHECK_DUE),
        (CheckPolicy.BLOCK, False, Answer.CHECK_DUE),
        (CheckPolicy.BLOCK, True, Answer.SEAT),
    ],
)
def test_a_viewing_check_comes_first(policy: CheckPolicy, passed: bool | None, answers: Answer) -> None:
    study = run_study(viewing_check=policy)
    ben = make_member(study)
    if passed is not None:
        make_check(study, ben, passed=passed)

    assert ask(study, ben).answer == answers


def test_a_viewing_check_runs_out_and_a_vote_is_still_taken() -> None:
    study = run_study(viewing_check=CheckPolicy.WARN)
    ben = make_member(study)
    first = make_check(study, ben)
    seat = ask(study, ben).assignment
    make_check(study, ben, minutes=-1)

    due = ask(study, ben)
    vote = say(seat, ben)
    make_check(study, ben)

    assert (due.answer, vote.surplus) == (Answer.CHECK_DUE, False)
    assert ask(study, ben).answer == Answer.SEAT
    assert Sitting.objects.get(annotator=ben, number=1).viewing_check == first


def test_an_exam_comes_first_where_it_is_wanted() -> None:
    study = run_study(exam_wanted=True)
    ben = make_member(study)
    before = ask(study, ben).answer
    tomorrow_ = timezone.now() + timedelta(days=1)
    Exam.objects.create(
        study=study, annotator=ben, kind=ExamKind.EXAM, codebook=study.codebook, regions=1, answered=1, passed=True,
        ended_at=timezone.now(), expires_at=tomorrow_,
    )  # fmt: skip

    assert (before, ask(study, ben).answer) == (Answer.EXAM_DUE, Answer.SEAT)


def test_a_person_who_is_paused_gets_nothing() -> None:
    for study in (run_study(), make_study()):
        make_region(study)
        ben = make_member(study)
        Membership.objects.filter(user=ben).update(paused=True)

        assert ask(study, ben).answer == Answer.PAUSED


@pytest.mark.parametrize("with_protocol", [True, False])
@pytest.mark.parametrize("limit, until", [("votes_at_most", False), ("votes_per_day", True)])
def test_a_person_s_limit(with_protocol: bool, limit: str, until: bool) -> None:
    study = run_study()
    if not with_protocol:
        Protocol.objects.all().delete()
    ben = make_member(study)
    Membership.objects.filter(user=ben).update(**{limit: 2})
    rate(study, ben)
    held = ask(study, ben).assignment

    reached = ask(study, ben, held)

    assert (reached.answer, reached.until) == (Answer.LIMIT_REACHED, tomorrow() if until else None)
    assert ask(study, ben).assignment == held
    say(held, ben)
    assert ask(study, ben).answer == Answer.LIMIT_REACHED


def test_a_paused_study_has_the_first_word() -> None:
    study = run_study(viewing_check=CheckPolicy.BLOCK)
    Study.objects.update(status="paused")
    study.refresh_from_db()

    assert ask(study, make_member(study)).answer == Answer.PAUSED
    assert Assignment.objects.exclude(annotator=None).count() == 0
