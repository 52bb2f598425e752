"""A vote goes in with one statement: it finds its seat, is stored, and closes the seat."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from annotation.enums import Arm, PrelabelSeen, Purpose, RegionStatus
from annotation.models import Assignment, Region, Vote
from annotation.opinion import SCALES, Opinion
from annotation.queries.rows import row_of
from annotation.queries.sittings import IDLE
from annotation.queries.statements import Statement, Value

_CIRCUMSTANCES = (
    *("duration_ms", "device_pixel_ratio", "viewport_width", "viewport_height", "screen_width", "screen_height"),
    *("outline_hidden_ms", "whole_view_ms", "region_view_ms", "zoom_events", "away_ms", "edits", "row_order"),
    *("full_window", "page_build", "client"),
)
_GIVEN = ("study_id", "region_id", "annotator_id", "idempotency_key", *SCALES, *_CIRCUMSTANCES)
_KNOWN = (
    *("id", "study_id", "region_id", "annotator_id", "idempotency_key", *SCALES, "created_at"),
    *("prelabel_seen", "prelabel_id", "purpose", "sitting_id", "late", "surplus"),
)

# The person's own open seat of the region, else the first that nobody holds; none when all are taken, the region is out or
# the person is excluded.
_OF_LABEL = """
    SELECT id, leased_at, leased_until, annotator_id, 'label' AS purpose FROM annotation_assignment
    WHERE region_id = %(region_id)s AND vote_id IS NULL AND purpose = 'label' AND %(accepted)s
      AND (annotator_id = %(annotator_id)s OR annotator_id IS NULL OR leased_until < now())
      AND NOT EXISTS (SELECT FROM annotation_exclusion WHERE study_id = %(study_id)s AND annotator_id = %(annotator_id)s
                      AND lifted_at IS NULL)
    ORDER BY annotator_id IS DISTINCT FROM %(annotator_id)s, number LIMIT 1 FOR UPDATE
"""
# Who gave a seat back holds it no longer, like that of a label: their vote is late.
_OF_CHECK = """
    SELECT id, leased_at, leased_until, CASE WHEN leased_until > leased_at THEN annotator_id END AS annotator_id, purpose
    FROM annotation_assignment
    WHERE id = %(seat_id)s AND annotator_id = %(annotator_id)s AND vote_id IS NULL AND purpose <> 'label' FOR UPDATE
"""
# What the person was shown is looked up whatever the policy is now: it may have been another one when it was shown.
# The sitting is counted up after the seat is locked, as a lease does it, so that the two never wait for each other.
_STORE = f"""
WITH seat AS MATERIALIZED ({{seat}}), seen AS MATERIALIZED (
    SELECT prelabel_id FROM annotation_exposure
    WHERE region_id = %(region_id)s AND annotator_id = %(annotator_id)s AND arm = '{Arm.SHOWN}' ORDER BY id DESC LIMIT 1
), sat AS (
    UPDATE annotation_sitting SET votes = votes + 1, last_at = CASE
        WHEN ended_at IS NULL AND last_at > now() - make_interval(secs => {IDLE.total_seconds():.0f}) THEN now()
        ELSE last_at END
    WHERE id = (SELECT id FROM annotation_sitting WHERE study_id = %(study_id)s AND annotator_id = %(annotator_id)s
                ORDER BY number DESC LIMIT 1)
      AND EXISTS (SELECT FROM annotation_protocol WHERE study_id = %(study_id)s)
      AND NOT EXISTS (SELECT FROM seat WHERE purpose IN ('{Purpose.TRAINING}', '{Purpose.EXAM}'))
    RETURNING id, votes
), said AS (
    INSERT INTO annotation_vote ({", ".join(_GIVEN)}, codebook, prelabel_seen, prelabel_id, sitting_id, position,
                                 purpose, late, surplus)
    VALUES ({", ".join(f"%({name})s" for name in _GIVEN)},
            coalesce(%(codebook)s::smallint, (SELECT codebook FROM annotation_study WHERE id = %(study_id)s)),
            CASE WHEN EXISTS (SELECT FROM seen) THEN '{PrelabelSeen.BEFORE_VOTE}' ELSE '{PrelabelSeen.NOTHING}' END,
            (SELECT prelabel_id FROM seen), (SELECT id FROM sat), (SELECT votes FROM sat),
            coalesce((SELECT purpose FROM seat), '{Purpose.LABEL}'),
            (SELECT annotator_id FROM seat) IS DISTINCT FROM %(annotator_id)s, {{surplus}})
    RETURNING id, created_at, prelabel_seen, prelabel_id, purpose, sitting_id, late, surplus
), closed AS (
    UPDATE annotation_assignment taken SET vote_id = said.id, annotator_id = %(annotator_id)s,
        leased_at = CASE WHEN said.late THEN now() ELSE seat.leased_at END, leased_until = coalesce(seat.leased_until, now())
    FROM seat, said WHERE taken.id = seat.id
)
SELECT id, created_at, prelabel_seen, prelabel_id, purpose, sitting_id, late, surplus FROM said
"""  # noqa: S608  the columns are ours
_STORE_LABEL = Statement(_STORE.format(seat=_OF_LABEL, surplus="NOT EXISTS (SELECT FROM seat)"))
_STORE_CHECK = Statement(_STORE.format(seat=_OF_CHECK, surplus="TRUE"))


def put_in(*, region: Region, annotator_id: int, key: UUID, opinion: Opinion, facts: Mapping[str, Value]) -> Vote:
    """The vote as it was stored: late without the person's own seat, surplus without any, and with what was seen before it.

    `facts` has the number of the guidelines as `codebook`; None for those in force.

    The caller holds the region's lock.
    """
    given: list[Value] = [region.study_id, region.pk, annotator_id, key, *opinion.levels()]
    return _stored(_STORE_LABEL, given, {**facts, "accepted": region.status == RegionStatus.ACCEPTED})


def put_in_check(*, seat: Assignment, key: UUID, opinion: Opinion, facts: Mapping[str, Value]) -> Vote:
    """The vote from the seat of a check, which is open. The caller holds the region's lock."""
    given: list[Value] = [seat.study_id, seat.region_id, seat.annotator_id, key, *opinion.levels()]
    return _stored(_STORE_CHECK, given, {**facts, "seat_id": seat.pk})


def _stored(statement: Statement, given: Sequence[Value], facts: Mapping[str, Value]) -> Vote:
    pk, *found = statement.rows({**dict(zip(_GIVEN, given, strict=False)), **facts})[0]
    return row_of(Vote, _KNOWN, (pk, *given, *found))
