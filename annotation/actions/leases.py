"""Leases: one person holds a seat for some minutes. What they get next follows the study's protocol, where it has one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import F, Q

from annotation.actions import visits
from annotation.actions.seat_numbers import number_of, pk_of
from annotation.actions.sittings import Phase, Progress, close
from annotation.actions.taking import hold, own_seats, take
from annotation.actions.visits import Visit, open_visit
from annotation.enums import Purpose, Role, StudyStatus
from annotation.errors import Conflict, Forbidden, InvalidInput
from annotation.models import Assignment, Study, User
from annotation.queries.hot_rows import Rater, lock_rater
from annotation.queries.workloads import limit_reached

HELD_AT_MOST = 2  # the seat being rated and the one loaded ahead
MAY_RATE = frozenset({Role.ANNOTATOR, Role.MANAGER})
_SALT = "gullery.lease.2"


class Answer(StrEnum):
    """Why there is a seat or none.

    "Nothing now" may change, "nothing yet" is a study before its first region, "all done" is the end, "paused" and "closed"
    are the manager's words; then what the protocol says: a rest, the day's end, a viewing check or an exam first; and the
    person's own limit.
    """

    SEAT = "seat"
    NOTHING_NOW = "nothing_now"
    NOTHING_YET = "nothing_yet"
    ALL_DONE = "all_done"
    PAUSED = "paused"
    CLOSED = "closed"
    REST = "rest"
    DAY_DONE = "day_done"
    CHECK_DUE = "check_due"
    EXAM_DUE = "exam_due"
    LIMIT_REACHED = "limit_reached"


@dataclass(frozen=True, slots=True)
class Lease:
    """`until` says when a rest, a day or a daily limit is over."""

    answer: Answer
    assignment: Assignment | None = None
    until: datetime | None = None
    sitting: Progress | None = None


def lease_next(*, study: Study, annotator: User, holding: Sequence[int] = ()) -> Lease:
    """The person's own unfinished seat, else the next one.

    `holding` names seats the client has already on screen; then another one is leased ahead, up to HELD_AT_MOST.
    Raises Forbidden when the person is no active annotator or manager of the study.
    """
    with transaction.atomic():
        rater = lock_rater(study.slug, annotator.pk)
        if rater is None or rater.member.role not in MAY_RATE:
            raise Forbidden("Only annotators and managers of this study can rate in it.")
        return lease_to(rater._replace(study=study), annotator=annotator, holding=holding)


def lease_to(rater: Rater, *, annotator: User, holding: Sequence[int]) -> Lease:
    """The same for somebody who may rate, and whose lock the caller holds: their leases are given one after the other."""
    try:
        return _lease_to(rater, annotator, holding)
    except Assignment.DoesNotExist:  # their seat went at this moment: fewer votes are wanted, or the answer is known
        return _lease_to(rater, annotator, holding)


def _lease_to(rater: Rater, annotator: User, holding: Sequence[int]) -> Lease:
    study = rater.study
    if study.status == StudyStatus.CLOSED:
        return Lease(Answer.CLOSED)
    if study.status != StudyStatus.OPEN or rater.member.paused:
        return Lease(Answer.PAUSED)
    if rater.protocol is None:
        return _without_protocol(study, annotator, rater, holding)
    return _in_visit(open_visit(study, annotator, rater.protocol), rater, holding)


def _without_protocol(study: Study, annotator: User, rater: Rater, holding: Sequence[int]) -> Lease:
    own = own_seats(study, annotator)
    waiting = own.waiting(holding)
    if waiting:
        return Lease(Answer.SEAT, hold(waiting[0].pk, study))
    limit = limit_reached(study, annotator, rater.member, len(own.unfinished))
    if limit is not None:
        return Lease(Answer.LIMIT_REACHED, until=limit.until)
    seat = take(study, annotator, own) if len(own.unfinished) < HELD_AT_MOST else None
    seat = seat or _forgotten(study, annotator, holding)
    return Lease(Answer.SEAT, seat) if seat else Lease(_why_none(study))


def _in_visit(visit: Visit, rater: Rater, holding: Sequence[int]) -> Lease:
    barred = _barred(visit)
    if barred is not None:
        return barred
    waiting = [seat for seat in visit.current() if seat.pk not in holding]
    if waiting:
        return _lease(visits.show_again(visit, waiting[0]))
    if visit.stand.phase == Phase.USED_UP:
        return _stop(visit)
    limit = limit_reached(visit.study, visit.annotator, rater.member, len(visit.own.unfinished))
    seat = _next_seat(visit, holding, limited=limit is not None)
    if seat is not None:
        return _lease(visits.hand_out(visit, seat))
    return Lease(Answer.LIMIT_REACHED, until=limit.until) if limit else Lease(_why_none(visit.study))


def _barred(visit: Visit) -> Lease | None:
    if visits.is_check_due(visit):
        return Lease(Answer.CHECK_DUE)
    if visits.is_exam_due(visit):
        return Lease(Answer.EXAM_DUE)
    if visit.stand.phase == Phase.RESTING:
        return Lease(Answer.REST, until=visit.stand.until)
    return Lease(Answer.DAY_DONE, until=visit.stand.until) if visit.stand.phase == Phase.DAY_DONE else None


def _next_seat(visit: Visit, holding: Sequence[int], *, limited: bool) -> Assignment | None:
    """A warm-up, what an earlier sitting left over, a hidden check, ordinary work; in this order."""
    warm_up = visits.warm_up(visit) if not limited and len(visit.current()) < HELD_AT_MOST else None
    seat = warm_up or visits.left_over(visit, holding)
    if seat is not None or limited:
        return seat
    seat = visits.hidden_or_free(visit) if len(visit.own.unfinished) < HELD_AT_MOST else None
    return seat or _forgotten(visit.study, visit.annotator, holding)


def _stop(visit: Visit) -> Lease:
    """The break; it begins when what is on screen is done."""
    if visit.current():
        return Lease(Answer.REST, until=visit.record.now + timedelta(minutes=visit.protocol.break_minutes))
    stand = close(visit.record, visit.protocol)
    answer = Answer.DAY_DONE if stand.phase == Phase.DAY_DONE else Answer.REST
    return Lease(answer, until=stand.until or visit.record.now)


def _lease(handed: tuple[Assignment, Progress | None]) -> Lease:
    seat, progress = handed
    return Lease(Answer.SEAT, seat, sitting=progress)


def renew(*, assignment: Assignment, annotator: User) -> Assignment:
    """A heartbeat: the lease runs for its full time again. Raises Conflict when the seat is no longer the person's."""
    with transaction.atomic():
        rows = Assignment.objects.select_for_update(of=("self",)).select_related("study")
        seat = rows.filter(pk=assignment.pk).first()
        if seat is None or seat.annotator_id != annotator.pk or seat.vote_id is not None or _put_away(seat):
            raise Conflict(
                "The lease ran out and somebody else has this seat; your vote will still be kept.", code="lease_lost"
            )
        return hold(seat.pk, seat.study)


def release(*, assignment: Assignment, annotator: User) -> None:
    """Gives an unused seat back; a check's seat, which is for nobody else, is only put away.

    Harmless when it is no longer the person's.
    """
    own = Assignment.objects.filter(pk=assignment.pk, annotator=annotator, vote=None)
    own.open().update(annotator=None, leased_at=None, leased_until=None)
    own.checks().update(leased_until=F("leased_at"))


def _put_away(seat: Assignment) -> bool:
    return seat.purpose != Purpose.LABEL and seat.leased_until == seat.leased_at


class Proof(NamedTuple):
    """What a lease token says: this seat of this region was once leased to the person, under guidelines of this number."""

    seat_id: int
    region_id: int
    codebook: int | None = None


@cache
def _signer(key: str) -> signing.TimestampSigner:
    return signing.TimestampSigner(key=key, salt=_SALT)


def lease_token(assignment: Assignment, annotator: User, codebook: int | None = None) -> str:
    """Proof, signed, that this seat was once leased to this person: what lets a late vote in.

    `codebook` is the number of the guidelines that the region is handed out with; without it the vote says which are in force.
    """
    numbers = [number_of(assignment.pk), number_of(assignment.region_id), annotator.pk]
    if codebook is not None:
        numbers.append(codebook)
    return _signer(settings.SECRET_KEY).sign_object(numbers)


def read_lease_token(token: str, annotator: User) -> Proof:
    """The seat and region the token is for. Raises InvalidInput for a token that is not ours or not this person's."""
    try:
        seat, region, annotator_id, *codebook = _signer(settings.SECRET_KEY).unsign_object(token)
    except (signing.BadSignature, ValueError) as error:
        raise InvalidInput("The lease is not one this server gave out; ask for the next assignment.") from error
    if annotator_id != annotator.pk:
        raise InvalidInput("The lease belongs to somebody else.")
    return Proof(pk_of(seat), pk_of(region), *codebook)


def _forgotten(study: Study, annotator: User, holding: Sequence[int]) -> Assignment | None:
    """A seat left open long ago, behind a client that kept saying it held it; looked for only when nothing else is left."""
    own = Assignment.objects.filter(study=study, annotator=annotator, vote=None, exam=None).exclude(pk__in=holding)
    own = own.filter(Q(purpose=Purpose.LABEL) | Q(leased_until__gt=F("leased_at")))
    oldest = own.order_by("leased_at").values_list("pk", flat=True).first()
    return None if oldest is None else hold(oldest, study)


def _why_none(study: Study) -> Answer:
    if Assignment.objects.open().filter(study=study).exists():
        return Answer.NOTHING_NOW
    begun = Assignment.objects.filter(study=study, purpose=Purpose.LABEL).exists()
    return Answer.ALL_DONE if begun else Answer.NOTHING_YET
