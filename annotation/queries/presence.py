"""Which of the platform's processes have been seen lately: a queue that nobody empties looks like one with nothing to do."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F
from django.db.models.functions import Now

from annotation.models import Heartbeat

BEAT: Final = "beat"
ASKING: Final = "asking"
"""Since when the clock looks for workers."""
QUEUES: Final = ("default", "imports", "gpu", "interactive")
AWAY_AFTER: Final = timedelta(seconds=90)
"""Workers on busy machines miss a question or two."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The clock, or a worker by its queue. `seen_at` is None for one that nobody has ever seen."""

    name: str
    seen_at: datetime | None
    here: bool


def row_of(queue: str) -> str:
    """The name of the heartbeat that says when a worker of the queue was seen last."""
    return f"queue {queue}"


def seen() -> list[Seen]:
    """The clock, then each queue, by the database's clock. Nothing where no clock has ticked yet: nobody was looked for."""
    rows = Heartbeat.objects.filter(name__in=[BEAT, ASKING, *map(row_of, QUEUES)])
    found = {name: (at, age) for name, at, age in rows.values_list("name", "beat_at", Now() - F("beat_at"))}
    if BEAT not in found:
        return []
    asking = found.get(ASKING, (None, timedelta()))[1]
    return [_seen(name, found.get(row, (None, asking)), asking) for name, row in _rows()]


def away() -> list[Seen]:
    """Who is missing. The clock alone when it is: it is the one that looks for the others."""
    clock, *workers = seen() or [Seen(BEAT, None, here=True)]
    return [worker for worker in workers if not worker.here] if clock.here else [clock]


def _rows() -> list[tuple[str, str]]:
    return [(BEAT, BEAT), *((queue, row_of(queue)) for queue in QUEUES)]


def _seen(name: str, last: tuple[datetime | None, timedelta], asking: timedelta) -> Seen:
    """Workers that start with the clock are not away before it has asked for a while; the clock itself is asked by nobody."""
    at, age = last
    return Seen(name, at, here=(age if name == BEAT else min(age, asking)) <= AWAY_AFTER)
