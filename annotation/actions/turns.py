"""Turns: which free seats are given out first, by chance and by what the active model is unsure of.

Turns are dealt in small portions, so that they follow the model; seats without one are given out in random order.
"""

from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from annotation.enums import SeatReason, StudyStatus
from annotation.models import Assignment, Study
from annotation.models.prelabels import CHOICES
from annotation.models.studies import make_seed
from annotation.scales import DISTORTIONS

if TYPE_CHECKING:
    from annotation.aggregation.selection import Draw, Sample

FEW = 30
"""Free seats with a turn below which more are dealt."""
DEALT = 60
SAMPLED = 2_000
PLACES = 2**28
_SAID = 10 + len(DISTORTIONS) * CHOICES

_FREE = "seat.purpose = 'label' AND (seat.annotator_id IS NULL OR seat.leased_until < now())"
_LAYER = f"""
SELECT seat.number FROM annotation_assignment seat
WHERE seat.study_id = %(study)s AND seat.vote_id IS NULL AND seat.turn IS NULL AND {_FREE}
ORDER BY seat.study_id, seat.number, seat.place, seat.id LIMIT 1
"""  # noqa: S608  the parts are ours
# A place is random, so what follows a random place is a random sample; the walk along seat_open costs the same in every study.
_ARM = """
(SELECT seat.id, seat.region_id, seat.place FROM annotation_assignment seat
 WHERE seat.study_id = %(study)s AND seat.vote_id IS NULL AND seat.turn IS NULL AND seat.number = %(layer)s
   AND seat.place {side} %(place)s AND {free}
 ORDER BY seat.study_id, seat.number, seat.place, seat.id LIMIT %(sampled)s)
"""
_SAMPLE = f"""
WITH found AS MATERIALIZED (
    {_ARM.format(side=">=", free=_FREE)} UNION ALL {_ARM.format(side="<", free=_FREE)} LIMIT %(sampled)s
)
SELECT found.id, found.place, region.image_id, image.split = 'train' AND prelabel.id IS NOT NULL, prelabel.uncertainty,
       prelabel.quality || prelabel.importance || prelabel.distortions
FROM found
JOIN annotation_region region ON region.id = found.region_id
JOIN annotation_image image ON image.id = region.image_id
LEFT JOIN annotation_prelabel prelabel ON prelabel.region_id = region.id AND prelabel.version_id = %(version)s
ORDER BY found.id
"""  # noqa: S608  the parts are ours
_LAST_TURN = """
SELECT coalesce(max(turn), 0) FROM annotation_assignment WHERE study_id = %s AND vote_id IS NULL AND turn IS NOT NULL
"""
# Somebody may have taken a seat since it was looked at; that one goes without a turn.
_DEAL = f"""
WITH dealt AS (
    SELECT * FROM unnest(%(seats)s::bigint[], %(turns)s::int[], %(reasons)s::text[], %(chances)s::float8[])
        AS dealt(id, turn, reason, probability)
), still AS MATERIALIZED (
    SELECT seat.id FROM annotation_assignment seat
    WHERE seat.id = ANY(%(seats)s) AND seat.vote_id IS NULL AND seat.turn IS NULL AND {_FREE}
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE annotation_assignment seat SET turn = dealt.turn, reason = dealt.reason, probability = dealt.probability
FROM dealt JOIN still ON still.id = dealt.id WHERE seat.id = dealt.id
"""  # noqa: S608  the parts are ours
# A vote may hold a seat's lock while it waits for the study's; waiting for the seat here would be a deadlock.
_CLEAR = """
UPDATE annotation_assignment SET turn = NULL, probability = NULL, reason = %(random)s WHERE id IN (
    SELECT id FROM annotation_assignment
    WHERE study_id = %(study)s AND vote_id IS NULL AND turn IS NOT NULL AND annotator_id IS NULL
    FOR NO KEY UPDATE SKIP LOCKED)
"""


def studies_to_deal() -> list[Study]:
    """Open studies with a model, not all random, in which few free seats have a turn."""
    able = Study.objects.filter(status=StudyStatus.OPEN, active_version__isnull=False, random_share__lt=1)
    return [study for study in able.order_by("pk") if _needs_turns(study)]


def deal_turns(*, study: Study, seed: int | None = None) -> int:
    """Gives the next turns in the lowest layer that has free seats without one; how many.

    None while enough free seats have a turn, without an active version, or when all seats are to be random.
    """
    seed = make_seed() if seed is None else seed
    with transaction.atomic():
        fresh = Study.objects.select_for_update(no_key=True).get(pk=study.pk)
        if fresh.active_version_id is None or fresh.random_share >= 1 or not _needs_turns(fresh):
            return 0
        rows = _sampled(fresh, seed % PLACES)
        return _deal(fresh, rows, seed) if rows else 0


def clear_turns(*, study: Study) -> int:
    """Seats nobody holds lose their turn, because another model is asked from now on; how many."""
    with connection.cursor() as cursor:
        cursor.execute(_CLEAR, {"study": study.pk, "random": SeatReason.RANDOM.value})
        return int(cursor.rowcount)


def _needs_turns(study: Study) -> bool:
    waiting = Assignment.objects.filter(study=study, vote=None, turn__isnull=False, annotator=None)
    return waiting[:FEW].count() < FEW


def _sampled(study: Study, place: int) -> list[tuple[Any, ...]]:
    """Free seats of the lowest layer: id, how far after `place`, image, whether the model may choose, its doubt, its words."""
    with connection.cursor() as cursor:
        cursor.execute(_LAYER, {"study": study.pk})
        layer = cursor.fetchone()
        if layer is None:
            return []
        asked = {"study": study.pk, "version": study.active_version_id, "layer": layer[0]}
        cursor.execute(_SAMPLE, asked | {"place": place, "sampled": SAMPLED})
        return [(row[0], (row[1] - place) % PLACES, *row[2:]) for row in cursor.fetchall()]


def _deal(study: Study, rows: list[tuple[Any, ...]], seed: int) -> int:
    from annotation.aggregation.selection import draw_seats  # slow import

    draws = draw_seats(_arrays(rows), count=DEALT, random_share=study.random_share, seed=seed)
    with connection.cursor() as cursor:
        cursor.execute(_LAST_TURN, [study.pk])
        last = cursor.fetchone()[0]
        cursor.execute(_DEAL, _columns(rows, draws, last, _sampled_share(rows)))
        return int(cursor.rowcount)


def _columns(rows: list[tuple[Any, ...]], draws: "list[Draw]", last: int, sampled: float) -> dict[str, list[Any]]:
    return {
        "seats": [rows[draw.place][0] for draw in draws],
        "turns": [last + number for number in range(1, len(draws) + 1)],
        "reasons": [(SeatReason.MODEL if draw.by_model else SeatReason.RANDOM).value for draw in draws],
        "chances": [draw.probability * sampled for draw in draws],
    }


def _sampled_share(rows: list[tuple[Any, ...]]) -> float:
    """The sample's part of the layer's free seats, from the part of the circle of places that it took."""
    if len(rows) < SAMPLED:
        return 1.0
    return (max(int(row[1]) for row in rows) + 1) / PLACES


def _arrays(rows: list[tuple[Any, ...]]) -> "Sample":
    import numpy as np  # slow import

    from annotation.aggregation.selection import Sample  # slow import

    nothing = [np.nan] * _SAID
    return Sample(
        choosable=np.array([row[3] for row in rows], bool),
        uncertainty=np.array([row[4] or 0.0 for row in rows], float),
        said=np.array([row[5] or nothing for row in rows], float),
        images=np.array([row[2] for row in rows], np.int64),
    )
