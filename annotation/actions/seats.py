"""Seats: made when a region is accepted, added when more opinions are wanted, taken away while nobody used them."""

from collections.abc import Sequence

from django.db import connection

from annotation.enums import LabelStatus
from annotation.models import Assignment, Label, Region


def _place(region: str, number: str) -> str:
    """A hash, so that the order is random but the same for the same study and region ids."""
    return f"('x' || substr(md5(study.seed || ':' || {region} || ':' || {number}), 1, 7))::bit(28)::int"


_HOLD_WANTED = "SELECT FROM annotation_study WHERE id = %s FOR SHARE"
_MAKE_SEATS = f"""
INSERT INTO annotation_assignment (study_id, region_id, number, place)
SELECT region.study_id, region.id, number, {_place("region.id", "number")}
FROM annotation_region region
JOIN annotation_study study ON study.id = region.study_id
CROSS JOIN LATERAL generate_series(1, study.votes_wanted) AS number
WHERE region.id = ANY(%s) AND region.status = 'accepted'
  AND NOT EXISTS (SELECT FROM annotation_gold gold WHERE gold.region_id = region.id)
ON CONFLICT DO NOTHING
"""  # noqa: S608  the parts are ours

_ADD_SEAT = f"""
INSERT INTO annotation_assignment (study_id, region_id, number, place)
SELECT region.study_id, region.id, last.number + 1, {_place("region.id", "last.number + 1")}
FROM annotation_region region
JOIN annotation_study study ON study.id = region.study_id
CROSS JOIN LATERAL (
    SELECT coalesce(max(number), 0) AS number FROM annotation_assignment WHERE region_id = region.id
) last
WHERE region.id = %s AND region.status = 'accepted'
  AND NOT EXISTS (SELECT FROM annotation_gold gold WHERE gold.region_id = region.id)
"""  # noqa: S608  the parts are ours
# A region that people have voted on has as many seats as votes are wanted there: those that count, and those that are open.
_WANTED = """
SELECT region.id, region.study_id, last.number,
       study.votes_wanted + coalesce(asked.seats, 0) - counted.votes - open.seats AS lacking
FROM annotation_region region
JOIN annotation_study study ON study.id = region.study_id
JOIN LATERAL (SELECT coalesce(max(number), 0) AS number FROM annotation_assignment WHERE region_id = region.id) last ON true
JOIN LATERAL (SELECT sum(seats) AS seats FROM annotation_seatrequest WHERE region_id = region.id) asked ON true
JOIN LATERAL (SELECT count(*) AS seats FROM annotation_assignment
              WHERE region_id = region.id AND vote_id IS NULL AND purpose = 'label') open ON true
JOIN annotation_label counted ON counted.region_id = region.id
WHERE region.id = ANY(%s) AND region.status = 'accepted'
  AND NOT EXISTS (SELECT FROM annotation_gold gold WHERE gold.region_id = region.id)
"""
_FILL = f"""
INSERT INTO annotation_assignment (study_id, region_id, number, place)
SELECT wanted.study_id, wanted.id, wanted.number + extra, {_place("wanted.id", "wanted.number + extra")}
FROM ({_WANTED}) wanted
JOIN annotation_study study ON study.id = wanted.study_id
CROSS JOIN LATERAL generate_series(1, wanted.lacking) AS extra
"""  # noqa: S608  the parts are ours
_TRIM = f"""
DELETE FROM annotation_assignment WHERE annotator_id IS NULL AND id IN (
    SELECT seat.id FROM ({_WANTED}) wanted CROSS JOIN LATERAL (
        SELECT id FROM annotation_assignment
        WHERE region_id = wanted.id AND vote_id IS NULL AND purpose = 'label' AND annotator_id IS NULL
        ORDER BY number DESC LIMIT greatest(-wanted.lacking, 0)) seat)
"""  # noqa: S608  the parts are ours


def hold_wanted(study_id: int) -> None:
    """Nobody changes how many votes the study wants before this transaction ends: they would not see the regions that it
    accepts, and those would keep the old number of seats. Before any other lock, as there.
    """
    _execute(_HOLD_WANTED, study_id)


def make_seats(*, region_ids: Sequence[int]) -> int:
    """One open seat per wanted vote for each accepted region that lacks them; how many were made. None for gold.

    The caller has called `hold_wanted`.
    """
    return _execute(_MAKE_SEATS, list(region_ids))


def add_seat(*, region: Region) -> None:
    """One more opinion. The caller holds the region's lock."""
    _execute(_ADD_SEAT, region.pk)


def add_seat_for_tie(*, region: Region, votes: int) -> None:
    """A tie of so many votes asks for one more once all seats are used, up to twice the wanted number. The caller holds the
    region's lock.
    """
    if votes < 2 * region.study.votes_wanted and not Assignment.objects.open().filter(region=region).exists():
        add_seat(region=region)


def add_seats_for_ties(*, regions: Sequence[Region]) -> None:
    """The same for each of them whose label is tied. The caller holds the regions' locks."""
    tied = Label.objects.filter(pk__in=[region.pk for region in regions], status=LabelStatus.DISPUTED)
    votes = dict(tied.values_list("pk", "votes"))
    for region in regions:
        if region.pk in votes:
            add_seat_for_tie(region=region, votes=votes[region.pk])


def fill_seats(*, region_ids: Sequence[int]) -> int:
    """Seats for the votes that regions lack whose labels are up to date; how many. The caller holds the regions' locks."""
    return _execute(_FILL, list(region_ids))


def trim_seats(*, region_ids: Sequence[int]) -> int:
    """Takes away seats nobody holds that are more than regions lack; how many. The caller holds the regions' locks."""
    return _execute(_TRIM, list(region_ids))


def drop_open_seats(*, region: Region, above: int = 0) -> int:
    """Takes away seats without a vote whose number is above `above`. The caller holds the region's lock."""
    dropped, _ = Assignment.objects.open().filter(region=region, number__gt=above).delete()
    return dropped


def give_back_seats(*, study_id: int, annotator_id: int) -> None:
    """What the person holds is anybody's again; checks, which are for nobody else, go."""
    held = Assignment.objects.filter(study=study_id, annotator=annotator_id, vote=None)
    held.checks().delete()
    held.open().update(annotator=None, leased_at=None, leased_until=None)


def _execute(statement: str, regions: int | list[int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, [regions])
        return int(cursor.rowcount)
