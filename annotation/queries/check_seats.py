"""The seat of a check that somebody votes from, in as few statements as a vote for a label has: it takes as long."""

from typing import NamedTuple
from uuid import UUID

from django.db import connection

from annotation.models import Assignment, Region, Study

_STUDY = ("id", "votes_wanted", "severity_votes", "severity_top")
_LOCK = f"""
SELECT region.id, {", ".join(f"study.{name}" for name in _STUDY)} FROM annotation_assignment seat
JOIN annotation_region region ON region.id = seat.region_id JOIN annotation_study study ON study.id = region.study_id
WHERE seat.id = %(seat)s AND seat.annotator_id = %(annotator)s AND seat.purpose <> 'label' FOR NO KEY UPDATE OF region
"""  # noqa: S608  the columns are ours
_SEAT = ("id", "study_id", "region_id", "annotator_id", "vote_id", "exam_id")
_READ = f"""
SELECT {", ".join(f"seat.{name}" for name in _SEAT)}, (
    SELECT said.id FROM annotation_vote said WHERE said.region_id = seat.region_id AND said.annotator_id = seat.annotator_id
        AND said.purpose = seat.purpose AND said.idempotency_key = %(key)s)
FROM annotation_assignment seat WHERE seat.id = %(seat)s
"""  # noqa: S608


class CheckSeat(NamedTuple):
    """`said_id` is the vote with this idempotency key, also when it was taken back."""

    seat: Assignment
    said_id: int | None


def lock_check_seat(seat_id: int, annotator_id: int, key: UUID) -> CheckSeat:
    """The person's seat with its region, which stays locked to the end of the transaction. Raises Assignment.DoesNotExist."""
    values: dict[str, int | UUID] = {"seat": seat_id, "annotator": annotator_id, "key": key}
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, values)
        locked = cursor.fetchone()
        if locked is None:
            raise Assignment.DoesNotExist
        cursor.execute(_READ, values)
        *found, said_id = cursor.fetchone()
    seat = Assignment.from_db("default", _SEAT, found)
    seat.region = Region.from_db("default", ("id",), locked[:1])
    seat.region.study = Study.from_db("default", _STUDY, locked[1:])
    return CheckSeat(seat, said_id)
