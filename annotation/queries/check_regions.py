"""Which region a hidden check is about. Each statement looks at some rows of one person or at the study's gold."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from annotation.queries.statements import Statement, Value, as_array

_AT_ONCE = 12  # of the person's seats looked at for a repeat

# What rules a region out for a check of this person: an image they have just seen, a remark, a check still open.
_FITS = """
region.status = 'accepted' AND region.image_id <> ALL(%(images)s::bigint[])
    AND NOT EXISTS (SELECT FROM annotation_remark remark WHERE remark.region_id = region.id
                    AND remark.annotator_id = %(annotator)s AND remark.kind = 'cannot_judge')
    AND NOT EXISTS (SELECT FROM annotation_assignment held WHERE held.region_id = region.id
                    AND held.annotator_id = %(annotator)s AND held.vote_id IS NULL)
"""
_FIRST_LOOK = f"""
    AND vote.purpose = 'label' AND vote.retracted_at IS NULL AND {_FITS}
    AND NOT EXISTS (SELECT FROM annotation_assignment again WHERE again.region_id = region.id
                    AND again.annotator_id = %(annotator)s AND again.purpose <> 'label')
"""
_BY_GAP = Statement(f"""
SELECT region.id FROM (SELECT vote_id, leased_at, id FROM annotation_assignment
                       WHERE study_id = %(study)s AND annotator_id = %(annotator)s
                       ORDER BY leased_at DESC, id DESC OFFSET %(back)s LIMIT {_AT_ONCE}) seat
JOIN annotation_vote vote ON vote.id = seat.vote_id JOIN annotation_region region ON region.id = vote.region_id
WHERE TRUE {_FIRST_LOOK} ORDER BY seat.leased_at DESC, seat.id DESC LIMIT 1
""")  # noqa: S608  put together from its own parts
_BY_DAY = Statement(f"""
SELECT region.id FROM (SELECT id, region_id, purpose, retracted_at, created_at FROM annotation_vote
                       WHERE study_id = %(study)s AND annotator_id = %(annotator)s AND created_at < %(day)s
                       ORDER BY created_at DESC LIMIT {_AT_ONCE}) vote
JOIN annotation_region region ON region.id = vote.region_id
WHERE TRUE {_FIRST_LOOK} ORDER BY vote.created_at LIMIT 1
""")  # noqa: S608
# Hidden gold: what was never seen first, then what was seen longest ago, never within the gap.
_GOLD = Statement(f"""
SELECT region.id FROM annotation_gold gold JOIN annotation_region region ON region.id = gold.region_id
LEFT JOIN LATERAL (SELECT max(own.leased_at) AS at FROM annotation_assignment own
                   WHERE own.region_id = region.id AND own.annotator_id = %(annotator)s) seen ON TRUE
WHERE gold.study_id = %(study)s AND gold.use = %(use)s AND gold.retired_at IS NULL AND {_FITS}
  AND (seen.at IS NULL OR seen.at < (SELECT leased_at FROM annotation_assignment
                                     WHERE study_id = %(study)s AND annotator_id = %(annotator)s
                                     ORDER BY leased_at DESC, id DESC OFFSET %(gap)s LIMIT 1))
ORDER BY seen.at NULLS FIRST, md5(%(chance)s::text || region.id) LIMIT 1
""")  # noqa: S608
# To warm up: a region whose label is settled and that wants nobody's vote any more.
_SETTLED = Statement(f"""
SELECT region.id FROM annotation_label label JOIN annotation_region region ON region.id = label.region_id
WHERE label.study_id = %(study)s AND label.status = 'settled' AND region.id >= %(start)s AND {_FITS}
  AND NOT EXISTS (SELECT FROM annotation_assignment open WHERE open.region_id = region.id AND open.vote_id IS NULL
                  AND open.purpose = 'label')
  AND NOT EXISTS (SELECT FROM annotation_assignment own WHERE own.region_id = region.id
                  AND own.annotator_id = %(annotator)s)
  AND NOT EXISTS (SELECT FROM annotation_vote said WHERE said.region_id = region.id
                  AND said.annotator_id = %(annotator)s)
  AND NOT EXISTS (SELECT FROM annotation_gold gold WHERE gold.region_id = region.id)
ORDER BY region.id LIMIT 1
""")  # noqa: S608
_SPAN = Statement(
    "SELECT min(region_id), max(region_id) FROM annotation_label WHERE study_id = %(study)s AND status = 'settled'"
)

Facts = Mapping[str, Value]


def region_rated(facts: Facts, *, back: int) -> int | None:
    """One that the person has rated for its label `back` of their seats ago, or a little more, and never again since."""
    return _one(_BY_GAP, facts, back=back)


def region_rated_before(facts: Facts, *, day: datetime) -> int | None:
    return _one(_BY_DAY, facts, day=day)


def gold_region(facts: Facts, *, use: str, gap: int, chance: str) -> int | None:
    return _one(_GOLD, facts, use=use, gap=gap, chance=chance)


def span_of_settled(facts: Facts) -> tuple[int, int] | None:
    lowest, highest = _SPAN.rows(facts)[0]
    return None if lowest is None else (lowest, highest)


def settled_region(facts: Facts, *, start: int) -> int | None:
    return _one(_SETTLED, facts, start=start)


def facts_of(study_id: int, annotator_id: int, images: Sequence[int]) -> Facts:
    return {"study": study_id, "annotator": annotator_id, "images": as_array(images)}


def _one(statement: Statement, facts: Facts, **more: Value) -> int | None:
    row = statement.row({**facts, **more})
    return None if row is None else int(row[0])
