"""Seats: made when a region is accepted, added when more opinions are wanted, taken away while nobody used them."""

from collections.abc import Sequence

from django.db import connection

from annotation.models import Assignment, Region

# The place is a hash, so that the order is random but the same for the same study and region ids.
_MAKE_SEATS = """
INSERT INTO annotation_assignment (study_id, region_id, number, place)
SELECT region.study_id, region.id, number,
       ('x' || substr(md5(study.seed || ':' || region.id || ':' || number), 1, 7))::bit(28)::int
FROM annotation_region region
JOIN annotation_study study ON study.id = region.study_id
CROSS JOIN LATERAL generate_series(1, study.votes_wanted) AS number
WHERE region.id = ANY(%s) AND region.status = 'accepted'
  AND NOT EXISTS (SELECT FROM annotation_gold gold WHERE gold.region_id = region.id)
ON CONFLICT DO NOTHING
"""

_ADD_SEAT = """
INSERT INTO annotation_assignment (study_id, region_id, number, place)
SELECT region.study_id, region.id, last.number + 1,
       ('x' || substr(md5(study.seed || ':' || region.id || ':' || last.number + 1), 1, 7))::bit(28)::int
FROM annotation_region region
JOIN annotation_study study ON study.id = region.study_id
CROSS JOIN LATERAL (
    SELECT coalesce(max(number), 0) AS number FROM annotation_assignment WHERE region_id = region.id
) last
WHERE region.id = %s AND region.status = 'accepted'
  AND NOT EXISTS (SELECT FROM annotation_gold gold WHERE gold.region_id = region.id)
"""


def make_seats(*, region_ids: Sequence[int]) -> int:
    """One open seat per wanted vote for each accepted region that lacks them; how many were made. None for gold."""
    with connection.cursor() as cursor:
        cursor.execute(_MAKE_SEATS, [list(region_ids)])
        return int(cursor.rowcount)


def add_seat(*, region: Region) -> None:
    """One more opinion. The caller holds the region's lock."""
    with connection.cursor() as cursor:
        cursor.execute(_ADD_SEAT, [region.pk])


def drop_open_seats(*, region: Region, above: int = 0) -> int:
    """Takes away seats without a vote whose number is above `above`. The caller holds the region's lock."""
    dropped, _ = Assignment.objects.open().filter(region=region, number__gt=above).delete()
    return dropped
