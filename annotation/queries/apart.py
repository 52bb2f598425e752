"""Where the active model is far from what people have settled on: one of the two is wrong there."""

from dataclasses import dataclass

from django.db import connection

from annotation.enums import Split
from annotation.models import Protocol, Region, Study
from annotation.models.prelabels import CHOICES
from annotation.scales import DISTORTIONS, SCALES

FAR = 1.5
"""Levels between two means."""
SHOWN = 12
MOST_VOTES = 15
"""On one region, where no protocol says otherwise."""
RULE = "apart"
"""The first word of a request's reason; a scale follows it."""


def _said(scale: str) -> str:
    """The model's mean level."""
    if scale in DISTORTIONS:
        begin = DISTORTIONS.index(scale) * CHOICES + 1
        parts = [f"{level} * prelabel.distortions[{begin + level}]" for level in range(1, CHOICES)]
    else:
        parts = [f"{level} * prelabel.{scale}[{level + 1}]" for level in range(1, 5)]
    return f"({' + '.join(parts)})"


def _voted(scale: str) -> str:
    """People's mean level."""
    top = CHOICES if scale in DISTORTIONS else 5
    parts = [f"{level} * label.{scale}_votes[{level + 1}]" for level in range(1, top)]
    return f"(({' + '.join(parts)})::float8 / label.votes)"


_EACH = ", ".join(f"('{scale}', {_said(scale)}, {_voted(scale)})" for scale in SCALES)
# All wanted votes are in and no seat is open: what the model says decides nothing before people have said theirs. Never of the
# test split, and once for a region: a model that stays wrong is not to ask for ever.
_APART = f"""
SELECT label.region_id, label.votes, gap.most, gap.scale, gap.said, gap.voted, count(*) OVER ()
FROM annotation_label label
JOIN annotation_region region ON region.id = label.region_id AND region.status = 'accepted'
JOIN annotation_image image ON image.id = region.image_id AND image.split = '{Split.TRAIN}'
JOIN annotation_prelabel prelabel ON prelabel.region_id = region.id AND prelabel.version_id = %(version)s
CROSS JOIN LATERAL (
    SELECT abs(said - voted) AS most, scale, said, voted FROM (VALUES {_EACH}) AS each (scale, said, voted)
    ORDER BY abs(said - voted) DESC, scale LIMIT 1
) gap
WHERE label.study_id = %(study)s AND label.status <> 'open' AND label.adjudication_id IS NULL
  AND label.votes BETWEEN 1 AND %(most)s - 1 AND gap.most > %(far)s
  AND NOT EXISTS (SELECT FROM annotation_assignment seat
                  WHERE seat.region_id = region.id AND seat.vote_id IS NULL AND seat.purpose = 'label')
  AND NOT EXISTS (SELECT FROM annotation_seatrequest request, unnest(request.reasons) AS reason
                  WHERE request.study_id = label.study_id AND request.region_id = region.id
                    AND reason LIKE '{RULE} %%')
ORDER BY gap.most DESC, label.region_id LIMIT %(shown)s
"""  # noqa: S608  the columns are ours


@dataclass(frozen=True, slots=True)
class Apart:
    """The scale on which they are furthest apart, and both mean levels on it."""

    region: Region
    votes: int
    scale: str
    model: float
    people: float


def apart_in(study: Study) -> tuple[list[Apart], int]:
    """The furthest first, at most SHOWN, and how many there are. Nothing without an active version."""
    asked = {"study": study.pk, "version": study.active_version_id, "most": most_votes(study), "far": FAR}
    with connection.cursor() as cursor:
        cursor.execute(_APART, asked | {"shown": SHOWN})
        rows = cursor.fetchall()
    regions = Region.objects.select_related("image").in_bulk([row[0] for row in rows])
    return [Apart(regions[row[0]], row[1], row[3], row[4], row[5]) for row in rows], rows[0][6] if rows else 0


def most_votes(study: Study) -> int:
    protocol = Protocol.objects.filter(study=study).first()
    return max(protocol.votes_cap if protocol else MOST_VOTES, study.votes_wanted)
