"""The seat of a check that somebody votes from, in as few statements as a vote for a label has: it takes as long."""

from typing import NamedTuple
from uuid import UUID

from annotation.models import Assignment, Region
from annotation.queries.rows import row_of
from annotation.queries.statements import Statement

_SEAT = ("id", "study_id", "region_id", "annotator_id", "vote_id", "exam_id")
_READ = Statement(f"""
SELECT {", ".join(f"seat.{name}" for name in _SEAT)}, (
    SELECT said.id FROM annotation_vote said WHERE said.region_id = seat.region_id AND said.annotator_id = seat.annotator_id
        AND said.purpose = seat.purpose AND said.idempotency_key = %(key)s)
FROM annotation_assignment seat
WHERE seat.id = %(seat)s AND seat.region_id = %(region)s AND seat.annotator_id = %(annotator)s AND seat.purpose <> 'label'
""")  # noqa: S608


class CheckSeat(NamedTuple):
    """`said_id` is the vote with this idempotency key, also when it was taken back."""

    seat: Assignment
    said_id: int | None


def check_seat_in(region: Region, *, seat_id: int, annotator_id: int, key: UUID) -> CheckSeat:
    """The person's seat in a region whose lock the caller holds. Raises Assignment.DoesNotExist."""
    row = _READ.row({"seat": seat_id, "region": region.pk, "annotator": annotator_id, "key": key})
    if row is None:
        raise Assignment.DoesNotExist
    *found, said_id = row
    seat = row_of(Assignment, _SEAT, found)
    seat.region = region
    return CheckSeat(seat, said_id)
