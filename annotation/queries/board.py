"""The live board: everybody who rates, what they are at, who is stuck. The same few queries for 24 people and for 500."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from annotation.enums import ExamKind, Role
from annotation.models import Exam, Membership, Protocol, Remark, Sitting, Study, ViewingCheck
from annotation.queries.board_counts import (
    Held,
    HiddenLooks,
    Seats,
    Work,
    gold_in,
    held_in,
    repeats_in,
    seats_of,
    unread_in,
    work_of,
)

DAYS = 14
AT_WORK = timedelta(minutes=10)
SILENT = timedelta(hours=1)
FORGOTTEN = timedelta(hours=12)
"""An open sitting that has been silent for longer was left, not got stuck in."""
LONG_LEASES = 3
PACE_DAYS = 7


class State(IntEnum):
    """In the order in which a manager wants to see them."""

    STUCK = 0
    RATING = 1
    AWAY = 2
    PAUSED = 3
    LEFT = 4


@dataclass(frozen=True, slots=True)
class Person:
    """One who rates, or has. `days` counts votes on the last DAYS days; `stuck` says why."""

    membership: Membership
    state: State
    stuck: str
    work: Work
    days: tuple[int, ...]
    sitting: Sitting | None
    check: ViewingCheck | None
    exam: Exam | None
    training: Exam | None
    repeats: HiddenLooks | None
    gold: HiddenLooks | None
    remarks: int
    unread: int

    @property
    def check_expired(self) -> bool:
        return self.check is not None and self.check.expires_at <= timezone.now()

    @property
    def exam_expired(self) -> bool:
        return bool(self.exam and self.exam.expires_at and self.exam.expires_at <= timezone.now())


@dataclass(frozen=True, slots=True)
class Board:
    """`pace` is votes a day over the last days; `done_on` is empty when nothing is left, or no vote was before today."""

    people: tuple[Person, ...]
    seats: Seats
    days: dict[date, int]
    pace: float
    done_on: date | None
    protocol: Protocol | None
    remarks: int

    def count(self, state: State) -> int:
        return sum(person.state == state for person in self.people)

    @property
    def is_first_day(self) -> bool:
        return bool(self.days) and not rated_before_today(self.days)

    @property
    def today(self) -> int:
        return self.days.get(timezone.localdate(), 0)


def board_of(study: Study) -> Board:
    work, days = work_of(study)
    people, seats = people_of(study, work), seats_of(study)
    pace = pace_of(days)
    return Board(
        people=people,
        seats=seats,
        days=days,
        pace=pace,
        done_on=forecast(seats.left, pace) if rated_before_today(days) else None,
        protocol=Protocol.objects.filter(study=study).first(),
        remarks=sum(person.remarks for person in people),
    )


def people_of(study: Study, work: Mapping[int, Work] | None = None) -> tuple[Person, ...]:
    """Annotators, those who are paused or left too, and managers who have rated. `work` saves a query."""
    work, held = work_of(study)[0] if work is None else work, held_in(study)
    rates = Q(role=Role.ANNOTATOR) | Q(user__in=list(work))
    members = Membership.objects.filter(rates, study=study).select_related("user").order_by("user__username")
    sittings = {row.annotator_id: row for row in Sitting.objects.filter(study=study, ended_at=None)}
    checks, exams = _checks(study), _exams(study)
    repeats, gold = repeats_in(study), gold_in(study)
    remarks, unread = _open_remarks(study), unread_in(study)
    return tuple(
        _person(
            study,
            member,
            work=work.get(member.user_id, Work()),
            held=held.get(member.user_id),
            sitting=sittings.get(member.user_id),
            check=checks.get(member.user_id),
            exam=exams.get((member.user_id, ExamKind.EXAM)),
            training=exams.get((member.user_id, ExamKind.TRAINING)),
            repeats=repeats.get(member.user_id),
            gold=gold.get(member.user_id),
            remarks=remarks.get(member.user_id, 0),
            unread=unread.get(member.user_id, 0),
        )
        for member in members
    )


def _person(
    study: Study, member: Membership, *, work: Work, held: Held | None, sitting: Sitting | None, **others: Any
) -> Person:
    stuck = why_stuck(study, sitting, held) if member.active and not member.paused else ""
    state = _state(member, work, sitting, stuck)
    shown = sitting if sitting and timezone.now() - sitting.last_at < FORGOTTEN else None
    days = tuple(work.days.get(day, 0) for day in days_until_today())
    return Person(membership=member, state=state, stuck=stuck, work=work, days=days, sitting=shown, **others)


def days_until_today() -> list[date]:
    today = timezone.localdate()
    return [today - timedelta(days=back) for back in reversed(range(DAYS))]


def why_stuck(study: Study, sitting: Sitting | None, held: Held | None) -> str:
    """A code for the page: `lease` for a region held very long, `silent` for an hour without a sign; else empty."""
    now = timezone.now()
    if held is not None and now - held.since > LONG_LEASES * timedelta(minutes=study.lease_minutes):
        return "lease"
    if sitting is not None and SILENT < now - sitting.last_at < FORGOTTEN:
        return "silent"
    return ""


def pace_of(days: dict[date, int]) -> float:
    """Votes a day over the last week, or since the first vote when that is less."""
    if not days:
        return 0.0
    today = timezone.localdate()
    span = min(PACE_DAYS, (today - min(days)).days + 1)
    return sum(count for day, count in days.items() if (today - day).days < span) / span


def rated_before_today(days: dict[date, int]) -> bool:
    """What was rated so far today says little of a whole day."""
    return bool(days) and min(days) < timezone.localdate()


def forecast(left: int, pace: float) -> date | None:
    """The day of the last vote if people go on as they do; none beyond ten years."""
    if left <= 0 or pace <= 0 or left / pace > 3650:
        return None
    return timezone.localdate() + timedelta(days=round(left / pace))


def _state(member: Membership, work: Work, sitting: Sitting | None, stuck: str) -> State:
    if not member.active:
        return State.LEFT
    if member.paused:
        return State.PAUSED
    if stuck:
        return State.STUCK
    last = sitting.last_at if sitting else None
    signs: list[datetime] = [at for at in (work.last_at, last) if at is not None]
    return State.RATING if signs and timezone.now() - max(signs) < AT_WORK else State.AWAY


def _exams(study: Study) -> dict[tuple[int, str], Exam]:
    """The last of each kind, by person."""
    rows = Exam.objects.filter(study=study).order_by("annotator", "kind", "-started_at").distinct("annotator", "kind")
    return {(row.annotator_id, row.kind): row for row in rows}


def _checks(study: Study) -> dict[int, ViewingCheck]:
    """The last of each person."""
    rows = ViewingCheck.objects.filter(study=study).order_by("annotator", "-created_at").distinct("annotator")
    return {row.annotator_id: row for row in rows}


def _open_remarks(study: Study) -> dict[int, int]:
    counted = Remark.objects.filter(study=study, handled_at=None).values_list("annotator")
    return dict(counted.annotate(n=Count("pk")).values_list("annotator", "n"))
