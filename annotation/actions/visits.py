"""A visit: somebody asks for the next region of a study that has a protocol, and this is all that decides it."""

from collections.abc import Sequence
from dataclasses import dataclass

from annotation.actions.hidden_checks import check_seat, warm_up_seat
from annotation.actions.sittings import Phase, Progress, Stand, count_in, progress_of, stand_of, touch
from annotation.actions.taking import OwnSeats, Unfinished, hold, is_work_left, own_seats, take
from annotation.enums import CheckPolicy
from annotation.models import Assignment, Protocol, Study, User
from annotation.queries.check_regions import Facts, facts_of
from annotation.queries.exams import is_qualified
from annotation.queries.sittings import Record, record_of


@dataclass(frozen=True, slots=True)
class Visit:
    study: Study
    annotator: User
    protocol: Protocol
    record: Record
    stand: Stand
    own: OwnSeats

    def current(self) -> list[Unfinished]:
        """Unfinished seats that were handed out in the sitting that goes on, oldest first."""
        sitting = self.record.sitting
        if sitting is None or self.stand.phase == Phase.FRESH:
            return []
        return [seat for seat in self.own.unfinished if seat.leased_at >= sitting.started_at]

    def warms_up(self) -> bool:
        sitting = self.record.sitting
        seats = 0 if sitting is None or self.stand.phase == Phase.FRESH else sitting.seats
        return seats < self.protocol.warm_up


def open_visit(study: Study, annotator: User, protocol: Protocol) -> Visit:
    record = record_of(study, annotator, protocol.warm_up)
    return Visit(study, annotator, protocol, record, stand_of(record, protocol), own_seats(study, annotator))


def is_check_due(visit: Visit) -> bool:
    """None yet, one that ran out, or one that was failed where the study does not let that pass."""
    policy, check = visit.protocol.viewing_check, visit.record.check
    if policy == CheckPolicy.OFF:
        return False
    return check is None or check.expires_at <= visit.record.now or (policy == CheckPolicy.BLOCK and not check.passed)


def is_exam_due(visit: Visit) -> bool:
    study = visit.study
    return visit.protocol.exam_wanted and not is_qualified(study.pk, visit.annotator.pk, study.codebook)


def show_again(visit: Visit, seat: Unfinished) -> tuple[Assignment, Progress | None]:
    """A seat of this sitting that was handed out before. The seat is locked before the sitting, as a vote does it."""
    current = visit.current()
    held = hold(seat.pk, visit.study)
    touch(visit.record)
    return held, _progress(visit, len(current) - 1 - current.index(seat))


def hand_out(visit: Visit, seat: Assignment) -> tuple[Assignment, Progress]:
    """Counts a seat in. The caller has leased it in this transaction."""
    sitting = count_in(visit.study, visit.annotator, visit.record, visit.stand)
    return seat, progress_of(sitting, visit.protocol, visit.record.now)


def warm_up(visit: Visit) -> Assignment | None:
    """None once it is over, and for somebody who would have nothing to do after it."""
    if not visit.warms_up():
        return None
    first = visit.stand.phase == Phase.FRESH and not visit.own.unfinished
    if first and not is_work_left(visit.study, visit.annotator, visit.own):
        return None
    return warm_up_seat(visit.study, visit.annotator, visit.own.last, _facts(visit))


def hidden_or_free(visit: Visit) -> Assignment | None:
    place = visit.record.handed_out
    check = None
    if not visit.warms_up():
        check = check_seat(visit.study, visit.annotator, visit.protocol, place, _facts(visit))
    return check or take(visit.study, visit.annotator, visit.own)


def left_over(visit: Visit, holding: Sequence[int]) -> Assignment | None:
    """An unfinished seat of an earlier sitting, handed out anew."""
    waiting = visit.own.waiting(holding)
    return hold(waiting[0].pk, visit.study, anew=True) if waiting else None


def _progress(visit: Visit, behind: int) -> Progress | None:
    sitting = visit.record.sitting
    return None if sitting is None else progress_of(sitting, visit.protocol, visit.record.now, behind)


def _facts(visit: Visit) -> Facts:
    return facts_of(visit.study.pk, visit.annotator.pk, visit.own.recent_images)
