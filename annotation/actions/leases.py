"""Leases: one person holds a seat for some minutes. The statement that finds a seat looks at an index, never at the study."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.core import signing
from django.db import connection, transaction

from annotation.enums import Role, StudyStatus
from annotation.errors import Conflict, Forbidden, InvalidInput
from annotation.models import Assignment, Study, User
from annotation.queries.hot_rows import SHOWN_SEAT, lock_member, shown_seat

HELD_AT_MOST = 2  # the seat being rated and the one loaded ahead
APART = 10  # seats of one person between two regions of one image, when the study has enough images
_PLACES = 2**28
_SALT = "gullery.lease"

# What the person had last, newest first. Looking no further keeps the cost the same however much they have rated.
_OWN = """
SELECT seat.id, region.image_id, seat.vote_id IS NULL FROM annotation_assignment seat
JOIN annotation_region region ON region.id = seat.region_id
WHERE seat.study_id = %(study)s AND seat.annotator_id = %(annotator)s
ORDER BY seat.leased_at DESC, seat.id DESC LIMIT %(apart)s
"""

# What makes a seat one that this person may have now. OFFSET 0 keeps the planner from turning the look-ups into a join that
# reads everything a person has ever said.
_FITS = """
seat.purpose = 'label' AND (seat.annotator_id IS NULL OR seat.leased_until < now())
      AND region.image_id <> ALL(%(images)s)
      AND NOT EXISTS (SELECT 1 FROM annotation_assignment own
                      WHERE own.region_id = seat.region_id AND own.annotator_id = %(annotator)s OFFSET 0)
      AND NOT EXISTS (SELECT 1 FROM annotation_vote said
                      WHERE said.region_id = seat.region_id AND said.annotator_id = %(annotator)s
                        AND said.retracted_at IS NULL OFFSET 0)
"""
# The few seats with a turn come first, along the index seat_next_turn; where none was dealt that is one look at an empty place.
_TURN = f"""
SELECT * FROM (
    SELECT seat.id, seat.region_id FROM annotation_assignment seat
    JOIN annotation_region region ON region.id = seat.region_id
    WHERE seat.study_id = %(study)s AND seat.vote_id IS NULL AND seat.turn IS NOT NULL AND {_FITS}
    ORDER BY seat.study_id, seat.turn, seat.id LIMIT 1 FOR UPDATE OF seat SKIP LOCKED
) turn
"""
# Then the lowest seat number (breadth), from a random place on, then around. Each arm is one walk along the index seat_open
# that stops at its first free row; rows other people are taking at this moment are stepped over.
_ARM = f"""
SELECT * FROM (
    SELECT seat.id, seat.region_id FROM annotation_assignment seat
    JOIN annotation_region region ON region.id = seat.region_id
    WHERE seat.study_id = %(study)s AND seat.vote_id IS NULL AND seat.number = layer.number AND seat.place {{side}} %(place)s
      AND {_FITS}
    ORDER BY seat.study_id, seat.number, seat.place, seat.id LIMIT 1 FOR UPDATE OF seat SKIP LOCKED
) arm
"""
_WALK = f"""
SELECT found.id, found.region_id FROM bounds
CROSS JOIN LATERAL generate_series(bounds.lowest::int, bounds.highest::int) AS layer(number)
CROSS JOIN LATERAL ({_ARM.format(side=">=")} UNION ALL {_ARM.format(side="<")} LIMIT 1) found
"""
_TAKE = f"""
WITH bounds AS (
    SELECT (SELECT number FROM annotation_assignment WHERE study_id = %(study)s AND vote_id IS NULL
            AND purpose = 'label' ORDER BY number LIMIT 1) AS lowest,
           (SELECT number FROM annotation_assignment WHERE study_id = %(study)s AND vote_id IS NULL
            AND purpose = 'label' ORDER BY number DESC LIMIT 1) AS highest
), free AS MATERIALIZED (
    {_TURN} UNION ALL {_WALK} LIMIT 1
)
UPDATE annotation_assignment seat
SET annotator_id = %(annotator)s, leased_at = now(), leased_until = now() + make_interval(mins => %(minutes)s)
FROM free, annotation_region region, annotation_image image
WHERE seat.id = free.id AND region.id = free.region_id AND image.id = region.image_id
RETURNING {SHOWN_SEAT}
"""
_HOLD = f"""
UPDATE annotation_assignment seat SET leased_until = now() + make_interval(mins => %(minutes)s)
FROM annotation_region region, annotation_image image
WHERE seat.id = %(seat)s AND region.id = seat.region_id AND image.id = region.image_id
RETURNING {SHOWN_SEAT}
"""


class Answer(StrEnum):
    """Why there is a seat or none: "nothing now" may change, "all done" is the end, "paused" is the manager's word."""

    SEAT = "seat"
    NOTHING_NOW = "nothing_now"
    ALL_DONE = "all_done"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Lease:
    answer: Answer
    assignment: Assignment | None = None


def lease_next(*, study: Study, annotator: User, holding: Sequence[int] = ()) -> Lease:
    """The person's own unfinished seat, else the next free one.

    `holding` names seats the client has already on screen; then another one is leased ahead, up to HELD_AT_MOST.
    Raises Forbidden when the person is no active annotator or manager of the study.
    """
    with transaction.atomic():
        _lock_rater(study, annotator)
        if study.status != StudyStatus.OPEN:
            return Lease(Answer.PAUSED)
        own = _own_seats(study, annotator)
        waiting = [seat for seat in own.unfinished if seat not in holding]
        if waiting:
            return Lease(Answer.SEAT, _hold(waiting[0], study))
        seat = _take(study, annotator, own) if len(own.unfinished) < HELD_AT_MOST else None
        if seat is not None:
            return Lease(Answer.SEAT, seat)
        forgotten = _forgotten(study, annotator, holding)
        return Lease(Answer.SEAT, _hold(forgotten, study)) if forgotten else Lease(_why_none(study))


def renew(*, assignment: Assignment, annotator: User) -> Assignment:
    """A heartbeat: the lease runs for its full time again. Raises Conflict when the seat is no longer the person's."""
    with transaction.atomic():
        seat = Assignment.objects.select_for_update(of=("self",)).select_related("study").get(pk=assignment.pk)
        if seat.annotator_id != annotator.pk or seat.vote_id is not None:
            raise Conflict(
                "The lease ran out and somebody else has this seat; your vote will still be kept.", code="lease_lost"
            )
        return _hold(seat.pk, seat.study)


def release(*, assignment: Assignment, annotator: User) -> None:
    """Gives an unused seat back. Harmless when it is no longer the person's."""
    Assignment.objects.open().filter(pk=assignment.pk, annotator=annotator).update(
        annotator=None, leased_at=None, leased_until=None
    )


def lease_token(assignment: Assignment, annotator: User) -> str:
    """Proof, signed, that this seat was once leased to this person: what lets a late vote in."""
    return signing.dumps([assignment.pk, assignment.region_id, annotator.pk], salt=_SALT)


def read_lease_token(token: str, annotator: User) -> int:
    """The region the token is for. Raises InvalidInput for a token that is not ours or not this person's."""
    try:
        _, region_id, annotator_id = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError) as error:
        raise InvalidInput("The lease is not one this server gave out; ask for the next assignment.") from error
    if annotator_id != annotator.pk:
        raise InvalidInput("The lease belongs to somebody else.")
    return int(region_id)


def _lock_rater(study: Study, annotator: User) -> None:
    """One person's leases in a study are given one after the other."""
    member = lock_member(study.pk, annotator.pk)
    if member is None or member.role not in {Role.ANNOTATOR, Role.MANAGER}:
        raise Forbidden("Only annotators and managers of this study can rate in it.")


@dataclass(frozen=True, slots=True)
class _OwnSeats:
    """Of the person's last seats: those without a vote, oldest first; the newest; their images."""

    unfinished: list[int]
    last: int
    recent_images: list[int]


def _own_seats(study: Study, annotator: User) -> _OwnSeats:
    with connection.cursor() as cursor:
        cursor.execute(_OWN, {"study": study.pk, "annotator": annotator.pk, "apart": APART})
        rows = cursor.fetchall()
    unfinished = [row[0] for row in reversed(rows) if row[2]]
    return _OwnSeats(unfinished, rows[0][0] if rows else 0, [row[1] for row in rows])


def _take(study: Study, annotator: User, own: _OwnSeats) -> Assignment | None:
    """Leases a free seat far from the person's last images; near ones only when there is nothing else."""
    place = random.Random(f"{study.seed}:{annotator.pk}:{own.last}").randrange(_PLACES)  # noqa: S311  an order, not a secret
    parameters = {"study": study.pk, "annotator": annotator.pk, "place": place, "minutes": study.lease_minutes}
    with connection.cursor() as cursor:
        for images in (own.recent_images, []) if own.recent_images else ([],):
            cursor.execute(_TAKE, parameters | {"images": images})
            row = cursor.fetchone()
            if row:
                return _shown(row, study)
    return None


def _hold(seat_id: int, study: Study) -> Assignment:
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, {"seat": seat_id, "minutes": study.lease_minutes})
        return _shown(cursor.fetchone(), study)


def _shown(row: tuple[object, ...], study: Study) -> Assignment:
    seat = shown_seat(row)
    seat.study = study
    return seat


def _forgotten(study: Study, annotator: User, holding: Sequence[int]) -> int | None:
    """A seat left open long ago, behind a client that kept saying it held it; looked for only when nothing else is left."""
    own = Assignment.objects.filter(study=study, annotator=annotator, vote=None).exclude(pk__in=holding)
    return own.order_by("leased_at").values_list("pk", flat=True).first()


def _why_none(study: Study) -> Answer:
    unfinished = Assignment.objects.open().filter(study=study).exists()
    return Answer.NOTHING_NOW if unfinished else Answer.ALL_DONE
