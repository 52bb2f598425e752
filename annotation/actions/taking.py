"""Taking a free seat, holding one's own. The statement that finds a seat looks at an index, never at the study."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from annotation.models import Assignment, Study, User
from annotation.queries.hot_rows import SHOWN_SEAT, shown_seat
from annotation.queries.statements import Row, Statement, Value, as_array

APART = 10  # seats of one person between two regions of one image, when the study has enough images
_PLACES = 2**28

# What the person had last, newest first, and when they were given what is unfinished. Looking no further keeps the cost the
# same however much they have rated.
_OWN = Statement("""
SELECT seat.id, region.image_id, CASE WHEN seat.vote_id IS NULL AND seat.exam_id IS NULL
    AND (seat.purpose = 'label' OR seat.leased_until > seat.leased_at) THEN seat.leased_at END
FROM annotation_assignment seat
JOIN annotation_region region ON region.id = seat.region_id
WHERE seat.study_id = %(study)s AND seat.annotator_id = %(annotator)s
ORDER BY seat.leased_at DESC, seat.id DESC LIMIT %(apart)s
""")

# What makes a seat one that this person may have now. OFFSET 0 keeps the planner from turning the look-ups into a join that
# reads everything a person has ever said.
_FITS = """
seat.purpose = 'label' AND (seat.annotator_id IS NULL OR seat.leased_until < now())
      AND region.image_id <> ALL(%(images)s::bigint[])
      AND NOT EXISTS (SELECT 1 FROM annotation_assignment own
                      WHERE own.region_id = seat.region_id AND own.annotator_id = %(annotator)s OFFSET 0)
      AND NOT EXISTS (SELECT 1 FROM annotation_vote said
                      WHERE said.region_id = seat.region_id AND said.annotator_id = %(annotator)s
                        AND said.retracted_at IS NULL OFFSET 0)
      AND NOT EXISTS (SELECT 1 FROM annotation_remark remark
                      WHERE remark.region_id = seat.region_id AND remark.annotator_id = %(annotator)s
                        AND remark.kind = 'cannot_judge' OFFSET 0)
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
_FREE = f"""
WITH bounds AS (
    SELECT (SELECT number FROM annotation_assignment WHERE study_id = %(study)s AND vote_id IS NULL
            AND purpose = 'label' ORDER BY number LIMIT 1) AS lowest,
           (SELECT number FROM annotation_assignment WHERE study_id = %(study)s AND vote_id IS NULL
            AND purpose = 'label' ORDER BY number DESC LIMIT 1) AS highest
), free AS MATERIALIZED (
    {_TURN} UNION ALL {_WALK} LIMIT 1
)
"""
# The statement, not the transaction: who waited for the member's lock began before the one they waited for.
_TAKE = Statement(f"""
{_FREE}
UPDATE annotation_assignment seat
SET annotator_id = %(annotator)s, leased_at = statement_timestamp(),
    leased_until = statement_timestamp() + make_interval(mins => %(minutes)s)
FROM free, annotation_region region, annotation_image image
WHERE seat.id = free.id AND region.id = free.region_id AND image.id = region.image_id
RETURNING {SHOWN_SEAT}
""")
_IS_FREE = Statement(f"{_FREE} SELECT 1 FROM free")
_HOLD = Statement(f"""
UPDATE annotation_assignment seat SET leased_until = statement_timestamp() + make_interval(mins => %(minutes)s),
    leased_at = CASE WHEN %(anew)s THEN statement_timestamp() ELSE leased_at END
FROM annotation_region region, annotation_image image
WHERE seat.id = %(seat)s AND region.id = seat.region_id AND image.id = region.image_id
RETURNING {SHOWN_SEAT}
""")


@dataclass(frozen=True, slots=True)
class Unfinished:
    pk: int
    leased_at: datetime


@dataclass(frozen=True, slots=True)
class OwnSeats:
    """Of the person's last seats: those without a vote, oldest first; the newest; their images."""

    unfinished: list[Unfinished]
    last: int
    recent_images: list[int]

    def waiting(self, holding: Sequence[int]) -> list[Unfinished]:
        return [seat for seat in self.unfinished if seat.pk not in holding]


def own_seats(study: Study, annotator: User) -> OwnSeats:
    rows = _OWN.rows({"study": study.pk, "annotator": annotator.pk, "apart": APART})
    unfinished = [Unfinished(pk, since) for pk, _, since in reversed(rows) if since is not None]
    return OwnSeats(unfinished, rows[0][0] if rows else 0, [row[1] for row in rows])


def take(study: Study, annotator: User, own: OwnSeats) -> Assignment | None:
    """Leases a free seat far from the person's last images; near ones only when there is nothing else."""
    parameters = _parameters(study, annotator, own) | {"minutes": study.lease_minutes}
    for images in (own.recent_images, []) if own.recent_images else ([],):
        row = _TAKE.row(parameters | {"images": as_array(images)})
        if row:
            return _shown(row, study)
    return None


def is_work_left(study: Study, annotator: User, own: OwnSeats) -> bool:
    """Whether `take` would find a seat now."""
    return _IS_FREE.row(_parameters(study, annotator, own) | {"images": as_array([])}) is not None


def hold(seat_id: int, study: Study, *, anew: bool = False) -> Assignment:
    """The lease runs for its full time again; `anew` counts it as handed out now."""
    row = _HOLD.row({"seat": seat_id, "minutes": study.lease_minutes, "anew": anew})
    if row is None:
        raise Assignment.DoesNotExist
    return _shown(row, study)


def _parameters(study: Study, annotator: User, own: OwnSeats) -> dict[str, Value]:
    place = random.Random(f"{study.seed}:{annotator.pk}:{own.last}").randrange(_PLACES)  # noqa: S311  an order, not a secret
    return {"study": study.pk, "annotator": annotator.pk, "place": place}


def _shown(row: Row, study: Study) -> Assignment:
    seat = shown_seat(row)
    seat.study = study
    return seat
