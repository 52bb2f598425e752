"""Sittings: opened by the first region, closed by the limit, by a pause or by the person. The caller holds the member's lock.

A limit that is used up asks for a break; a sitting with time left, ended a moment ago, goes on.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from annotation.models import Protocol, Sitting, Study, User
from annotation.queries.hot_rows import lock_member
from annotation.queries.sittings import IDLE, Record, tomorrow
from annotation.queries.statements import Statement

_GO_ON = Statement(
    "UPDATE annotation_sitting SET seats = seats + %(seats)s, last_at = clock_timestamp(), ended_at = NULL WHERE id = %(pk)s"
)


class Phase(StrEnum):
    GOING = "going"
    FRESH = "fresh"
    USED_UP = "used_up"
    RESTING = "resting"
    DAY_DONE = "day_done"


@dataclass(frozen=True, slots=True)
class Stand:
    """Where the person is in their day; `until` says when a rest or the day is over."""

    phase: Phase
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """For the line under the picture; the same whatever a region is for."""

    number: int
    seats: int
    minutes_left: int | None
    position: int


def stand_of(record: Record, protocol: Protocol) -> Stand:
    sitting, now = record.sitting, record.now
    if sitting is None:
        return _fresh(record, protocol)
    end = sitting.ended_at or (sitting.last_at if now - sitting.last_at >= IDLE else None)
    used_up = _used_up(sitting, now, protocol)
    if end is None:
        return Stand(Phase.USED_UP) if used_up else Stand(Phase.GOING)
    if used_up:
        return _rest(record, protocol, end)
    return Stand(Phase.GOING) if now < end + IDLE else _fresh(record, protocol)


def count_in(study: Study, annotator: User, record: Record, stand: Stand) -> Sitting:
    """One more seat in the sitting that goes on, or the first of a new one."""
    sitting = record.sitting
    if stand.phase != Phase.FRESH and sitting is not None:
        _go_on(sitting, seats=1)
        sitting.seats += 1
        return sitting
    if sitting is not None and sitting.ended_at is None:
        Sitting.objects.filter(pk=sitting.pk).update(ended_at=F("last_at"))
    return Sitting.objects.create(
        study=study, annotator=annotator, number=sitting.number + 1 if sitting else 1, viewing_check=record.check,
        started_at=record.now, last_at=record.now, seats=1,
    )  # fmt: skip


def touch(record: Record) -> None:
    """A seat was shown again: the person is there."""
    if record.sitting is not None:
        _go_on(record.sitting, seats=0)


def _go_on(sitting: Sitting, *, seats: int) -> None:
    """By hand, because it runs for every lease."""
    _GO_ON.rows({"seats": seats, "pk": sitting.pk})


def close(record: Record, protocol: Protocol) -> Stand:
    """The time is used up and nothing is on screen: the break counts from the last vote after that."""
    sitting = record.sitting
    if sitting is None:
        return Stand(Phase.FRESH)
    end = max(sitting.last_at, sitting.started_at + timedelta(minutes=protocol.sitting_minutes))
    Sitting.objects.filter(pk=sitting.pk).update(ended_at=end)
    return _rest(record, protocol, end)


def end_sitting(*, study: Study, annotator: User) -> None:
    """The person stops. Harmless when there is nothing to stop."""
    with transaction.atomic():
        lock_member(study.pk, annotator.pk)
        Sitting.objects.filter(study=study, annotator=annotator, ended_at=None).update(ended_at=timezone.now())


def progress_of(sitting: Sitting, protocol: Protocol, now: datetime, ahead: int = 0) -> Progress:
    """For the seat that was handed out last, or one that has `ahead` others behind it."""
    return Progress(sitting.number, sitting.seats, _minutes_left(sitting, protocol, now), max(1, sitting.seats - ahead))


def _minutes_left(sitting: Sitting, protocol: Protocol, now: datetime) -> int | None:
    if not protocol.sitting_minutes:
        return None
    left = sitting.started_at + timedelta(minutes=protocol.sitting_minutes) - now
    return max(0, math.ceil(left.total_seconds() / 60))


def _used_up(sitting: Sitting, now: datetime, protocol: Protocol) -> bool:
    limit = timedelta(minutes=protocol.sitting_minutes)
    return bool(limit) and now - sitting.started_at >= limit


def _fresh(record: Record, protocol: Protocol) -> Stand:
    if protocol.sittings_per_day and record.sittings_today >= protocol.sittings_per_day:
        return Stand(Phase.DAY_DONE, tomorrow())
    return Stand(Phase.FRESH)


def _rest(record: Record, protocol: Protocol, end: datetime) -> Stand:
    """A break; none is waited for where no sitting may follow today, or where it is over."""
    after = _fresh(record, protocol)
    until = end + timedelta(minutes=protocol.break_minutes)
    return after if after.phase == Phase.DAY_DONE or until <= record.now else Stand(Phase.RESTING, until)
