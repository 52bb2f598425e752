"""The counts behind the board, one statement each, whatever the number of people."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from annotation.models import Study
from annotation.scales import SCALES

PACE_LOOKS = 50
ENOUGH = 5
"""Hidden looks of a person before their summary is shown."""

# One pass over the votes gives everything that is counted by day; ordered aggregates would sort them all.
_BY_DAY = """
SELECT annotator_id, (created_at AT TIME ZONE %(zone)s)::date AS day, count(*) FILTER (WHERE purpose = 'label'),
       count(*) FILTER (WHERE NOT surplus), max(created_at)
FROM annotation_vote WHERE study_id = %(study)s AND retracted_at IS NULL GROUP BY annotator_id, day
"""
# Along the index vote_of_annotator, so that the cost does not grow with what people have said before.
_PACE = """
SELECT member.user_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY last.duration_ms)
FROM annotation_membership member
CROSS JOIN LATERAL (
    SELECT duration_ms FROM annotation_vote vote
    WHERE vote.study_id = member.study_id AND vote.annotator_id = member.user_id AND vote.retracted_at IS NULL
    ORDER BY vote.created_at DESC LIMIT %(looks)s
) last
WHERE member.study_id = %(study)s GROUP BY member.user_id
"""
_SEATS = """
SELECT count(*), count(vote_id) FROM annotation_assignment WHERE study_id = %(study)s AND purpose = 'label'
"""
_HELD = """
SELECT annotator_id, count(*), min(leased_at) FROM annotation_assignment
WHERE study_id = %(study)s AND annotator_id IS NOT NULL AND vote_id IS NULL AND leased_until > now() GROUP BY annotator_id
"""
_UNREAD = """
SELECT member.user_id, count(*) FROM annotation_membership member
JOIN annotation_message message ON message.study_id = member.study_id
 AND (message.recipient_id = member.user_id
      OR message.recipient_id IS NULL AND member.role = 'annotator' AND member.created_at <= message.created_at)
WHERE member.study_id = %(study)s AND member.active
  AND NOT EXISTS (SELECT 1 FROM annotation_messagereading reading
                  WHERE reading.message_id = message.id AND reading.reader_id = member.user_id)
GROUP BY member.user_id
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


@dataclass(slots=True)
class Work:
    """What one person said for labels. `days` counts by day; `median_ms` is of their last votes."""

    votes: int = 0
    median_ms: int | None = None
    last_at: datetime | None = None
    days: dict[date, int] = field(default_factory=dict)

    @property
    def today(self) -> int:
        """Since midnight where the server's clock is set."""
        return self.days.get(timezone.localdate(), 0)

    def add(self, day: date, votes: int, last_at: datetime) -> None:
        self.votes += votes
        self.days[day] = votes
        self.last_at = max(self.last_at or last_at, last_at)


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


def work_of(study: Study) -> tuple[dict[int, Work], dict[date, int]]:
    """By person; and the votes that count by day, oldest first."""
    people: dict[int, Work] = {}
    counting: Counter[date] = Counter()
    for person, day, votes, counted, last_at in _ask(_BY_DAY, study, zone=timezone.get_current_timezone_name()):
        people.setdefault(person, Work()).add(day, votes, last_at)
        counting[day] += counted
    for person, median in _ask(_PACE, study, looks=PACE_LOOKS):
        people.setdefault(person, Work()).median_ms = round(median)
    return people, {day: counting[day] for day in sorted(counting) if counting[day]}


def seats_of(study: Study) -> Seats:
    (row,) = _ask(_SEATS, study)
    return Seats(*row)


def held_in(study: Study) -> dict[int, Held]:
    return {row[0]: Held(row[1], row[2]) for row in _ask(_HELD, study)}


def repeats_in(study: Study) -> dict[int, HiddenLooks]:
    return {row[0]: HiddenLooks(row[1], row[2] / (row[1] * _ANSWERS)) for row in _ask(_REPEATS, study)}


def gold_in(study: Study) -> dict[int, HiddenLooks]:
    return {row[0]: HiddenLooks(row[1], row[2] / (row[1] * _ANSWERS)) for row in _ask(_GOLD, study)}


def unread_in(study: Study) -> dict[int, int]:
    """Messages each person has not read yet."""
    return dict(_ask(_UNREAD, study))


def _ask(statement: str, study: Study, **parameters: str | int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"study": study.pk, **parameters})
        return list(cursor.fetchall())
