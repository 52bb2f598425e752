"""The counts behind the board, one statement each, whatever the number of people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from annotation.models import Study
from annotation.scales import SCALES

ENOUGH = 5
"""Hidden looks of a person before their summary is shown."""

# Work is what was said of regions in the ordinary flow: for the label, warm-up, repeat and gold look alike to the person.
_WORK = """
SELECT annotator_id, count(*) FILTER (WHERE purpose = 'label'),
       count(*) FILTER (WHERE purpose = 'label' AND created_at >= %(today)s),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY duration_ms) FILTER (WHERE created_at >= now() - interval '7 days'),
       max(created_at)
FROM annotation_vote WHERE study_id = %(study)s AND retracted_at IS NULL GROUP BY annotator_id
"""
_PERSON_DAYS = """
SELECT annotator_id, (created_at AT TIME ZONE %(zone)s)::date AS day, count(*)
FROM annotation_vote
WHERE study_id = %(study)s AND retracted_at IS NULL AND purpose = 'label' AND created_at >= %(since)s
GROUP BY annotator_id, day
"""
_STUDY_DAYS = """
SELECT (created_at AT TIME ZONE %(zone)s)::date AS day, count(*) FROM annotation_vote
WHERE study_id = %(study)s AND retracted_at IS NULL AND NOT surplus GROUP BY day ORDER BY day
"""
_SEATS = """
SELECT count(*), count(vote_id) FROM annotation_assignment WHERE study_id = %(study)s AND purpose = 'label'
"""
_HELD = """
SELECT annotator_id, count(*), min(leased_at) FROM annotation_assignment
WHERE study_id = %(study)s AND annotator_id IS NOT NULL AND vote_id IS NULL AND leased_until > now() GROUP BY annotator_id
"""
_ANSWERS = len(SCALES)


def _within(one: str, other: str) -> str:
    return " + ".join(f"(abs({one}.{scale} - {other}.{scale}) <= 1)::int" for scale in SCALES)


_REPEATS = """
SELECT again.annotator_id, count(*), sum({within}) FROM annotation_vote again
JOIN annotation_vote first ON first.region_id = again.region_id AND first.annotator_id = again.annotator_id
     AND first.purpose = 'label' AND first.retracted_at IS NULL
WHERE again.study_id = %(study)s AND again.purpose = 'repeat' AND again.retracted_at IS NULL GROUP BY again.annotator_id
""".format(within=_within("again", "first"))
_GOLD = """
SELECT said.annotator_id, count(*), sum({within}) FROM annotation_vote said
JOIN annotation_gold gold ON gold.region_id = said.region_id
WHERE said.study_id = %(study)s AND said.purpose = 'gold' AND said.retracted_at IS NULL GROUP BY said.annotator_id
""".format(within=_within("said", "gold"))


@dataclass(frozen=True, slots=True)
class Work:
    votes: int = 0
    today: int = 0
    median_ms: int | None = None
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Held:
    seats: int
    since: datetime


@dataclass(frozen=True, slots=True)
class HiddenLooks:
    """`within` is the share of answers at most one level from the first look, or from the known answer."""

    looks: int
    within: float

    @property
    def percent(self) -> int:
        return round(100 * self.within)

    @property
    def enough(self) -> bool:
        return self.looks >= ENOUGH


@dataclass(frozen=True, slots=True)
class Seats:
    wanted: int
    taken: int

    @property
    def left(self) -> int:
        return self.wanted - self.taken


def work_of(study: Study) -> dict[int, Work]:
    """By person. `today` is since midnight where the server's clock is set."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    rows = _ask(_WORK, study, today=midnight)
    return {row[0]: Work(row[1], row[2], None if row[3] is None else round(row[3]), row[4]) for row in rows}


def person_days(study: Study, days: Sequence[date]) -> dict[int, list[int]]:
    """Votes on each of the days, by person."""
    midnight = timezone.make_aware(datetime.combine(days[0], datetime.min.time()))
    place = {day: number for number, day in enumerate(days)}
    found: dict[int, list[int]] = {}
    for person, day, count in _ask(_PERSON_DAYS, study, since=midnight, zone=_zone()):
        if day in place:
            found.setdefault(person, [0] * len(days))[place[day]] = count
    return found


def study_days(study: Study) -> dict[date, int]:
    """Votes that count, by day, oldest first."""
    return dict(_ask(_STUDY_DAYS, study, zone=_zone()))


def seats_of(study: Study) -> Seats:
    (row,) = _ask(_SEATS, study)
    return Seats(*row)


def held_in(study: Study) -> dict[int, Held]:
    return {row[0]: Held(row[1], row[2]) for row in _ask(_HELD, study)}


def repeats_in(study: Study) -> dict[int, HiddenLooks]:
    return {row[0]: HiddenLooks(row[1], row[2] / (row[1] * _ANSWERS)) for row in _ask(_REPEATS, study)}


def gold_in(study: Study) -> dict[int, HiddenLooks]:
    return {row[0]: HiddenLooks(row[1], row[2] / (row[1] * _ANSWERS)) for row in _ask(_GOLD, study)}


def _zone() -> str:
    return timezone.get_current_timezone_name()


def _ask(statement: str, study: Study, **parameters: str | datetime) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"study": study.pk, **parameters})
        return list(cursor.fetchall())
