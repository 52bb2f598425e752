"""The live board, for managers: how fast it goes, who is at work, who is stuck. What the page shows, as numbers."""

from datetime import date, datetime
from typing import TypedDict

from rest_framework.request import Request
from rest_framework.response import Response

from annotation.models import Exam
from annotation.queries.board import Board, Person, State, board_of
from annotation.queries.board_counts import HiddenLooks
from webapp import access
from webapp.api.schema import describe
from webapp.api.views import Route


class CheckNow(TypedDict):
    """The last viewing check."""

    passed: bool
    failings: list[str]
    expires_at: datetime


class ExamNow(TypedDict):
    """The last one of its kind; `passed` is null while it runs, and for training."""

    answered: int
    regions: int
    passed: bool | None
    ended_at: datetime | None
    expires_at: datetime | None


class LooksNow(TypedDict):
    """`within` is the share of answers at most one level from the first look or the known answer; null for few looks."""

    looks: int
    within: float | None


class PersonNow(TypedDict):
    """`state`: stuck, rating, away, paused or left. `stuck` says why: `lease`, `silent`, or empty.

    `votes_by_day` are those of the last 14 days, today last; `sitting_since` is null without an open sitting.
    """

    member: int
    username: str
    pseudonym: str
    state: str
    stuck: str
    votes: int
    votes_today: int
    votes_by_day: list[int]
    median_ms: int | None
    last_vote_at: datetime | None
    sitting_since: datetime | None
    check: CheckNow | None
    exam: ExamNow | None
    training: ExamNow | None
    repeats: LooksNow | None
    gold: LooksNow | None
    open_remarks: int
    unread_messages: int


class DayCount(TypedDict):
    day: date
    votes: int


class BoardNow(TypedDict):
    """`votes_a_day` is the mean of the last week; `done_on`, the day of the last vote at that pace, null without an end."""

    seats_wanted: int
    seats_taken: int
    votes_today: int
    votes_a_day: float
    done_on: date | None
    open_remarks: int
    days: list[DayCount]
    people: list[PersonNow]


class BoardOne(Route):
    @describe("The live board: progress, pace, who is stuck, exams, checks", BoardNow, errors=(404,))
    def get(self, request: Request, slug: str) -> Response:
        return Response(board_shape(board_of(access.study_for(self.person, slug, access.MANAGERS))))


def board_shape(board: Board) -> BoardNow:
    return {
        "seats_wanted": board.seats.wanted,
        "seats_taken": board.seats.taken,
        "votes_today": board.today,
        "votes_a_day": round(board.pace, 2),
        "done_on": board.done_on,
        "open_remarks": board.remarks,
        "days": [{"day": day, "votes": votes} for day, votes in board.days.items()],
        "people": [person_shape(person) for person in sorted(board.people, key=lambda one: one.state)],
    }


def person_shape(person: Person) -> PersonNow:
    member, work, check = person.membership, person.work, person.check
    return {
        "member": member.pk,
        "username": member.user.username,
        "pseudonym": member.pseudonym,
        "state": State(person.state).name.lower(),
        "stuck": person.stuck,
        "votes": work.votes,
        "votes_today": work.today,
        "votes_by_day": list(person.days),
        "median_ms": work.median_ms,
        "last_vote_at": work.last_at,
        "sitting_since": person.sitting.started_at if person.sitting else None,
        "check": {"passed": check.passed, "failings": check.failings, "expires_at": check.expires_at}
        if check
        else None,
        "exam": exam_shape(person.exam),
        "training": exam_shape(person.training),
        "repeats": looks_shape(person.repeats),
        "gold": looks_shape(person.gold),
        "open_remarks": person.remarks,
        "unread_messages": person.unread,
    }


def exam_shape(exam: Exam | None) -> ExamNow | None:
    if exam is None:
        return None
    return {
        "answered": exam.answered,
        "regions": exam.regions,
        "passed": exam.passed,
        "ended_at": exam.ended_at,
        "expires_at": exam.expires_at,
    }


def looks_shape(looks: HiddenLooks | None) -> LooksNow | None:
    if looks is None:
        return None
    return {"looks": looks.looks, "within": round(looks.within, 4) if looks.enough else None}
