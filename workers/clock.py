"""Beat's clock, with its entries in the database, for months of running."""

import logging
from datetime import timedelta
from time import monotonic
from typing import Any, Final

from celery.beat import ScheduleEntry
from django.db import Error
from django.db.models.functions import Now
from django.utils import timezone
from django_celery_beat.models import PeriodicTask
from django_celery_beat.schedulers import DatabaseScheduler
from kombu.exceptions import ChannelError
from kombu.messaging import Producer

from annotation.models import Heartbeat
from annotation.queries.presence import BEAT
from workers.presence import note_start, note_workers

log = logging.getLogger(__name__)

MOST_WAITING: Final = 100
"""Messages in a queue. A tick that has expired stays there until a worker takes it, so where none is they would heap up."""
OURS: Final = "workers.tasks."
BEAT_EVERY_SECONDS: Final = 10.0
ASK_EVERY_SECONDS: Final = 20.0
LOOK_EVERY_SECONDS: Final = 1.0
SLACK: Final = timedelta(seconds=10)
"""By so little clocks are always put right."""


class Clock(DatabaseScheduler):  # type: ignore[misc]  # it has no types
    """Does not strike for a queue that nobody empties: its work is rows, and found with the next tick.

    That it ticks it says itself: a worker that should say so may be hours into an import. Whether workers are there it asks.
    """

    beat_at = -BEAT_EVERY_SECONDS
    asked_at: float | None = None
    looked_at = -LOOK_EVERY_SECONDS

    def tick(self, *queue: Any, **tools: Any) -> float:
        now = monotonic()
        if now - self.beat_at >= BEAT_EVERY_SECONDS:
            self.beat_at = now
            beat()
            self.set_back()
        if self.asked_at is None:
            note_start()
        if self.asked_at is None or now - self.asked_at >= ASK_EVERY_SECONDS:
            self.asked_at = now
            note_workers(self.app)
        return float(super().tick(*queue, **tools))

    def set_back(self) -> None:
        """After the machine's clock was ahead for a while, what struck then would strike no more until that time has come."""
        now = timezone.now()
        ahead = [entry for entry in self.schedule.values() if entry.last_run_at > now + SLACK]
        for entry in ahead:
            entry.last_run_at = entry.model.last_run_at = now
        if ahead:
            self._heap = None  # the next tick makes it anew
            log.warning("The clock of this machine was set back; what is due goes by the new time.")

    def schedule_changed(self) -> bool:
        """It is asked at each stroke, and many strike within a second."""
        now = monotonic()
        if now - self.looked_at < LOOK_EVERY_SECONDS:
            return False
        self.looked_at = now
        return bool(super().schedule_changed())

    def setup_schedule(self) -> None:
        super().setup_schedule()
        gone = PeriodicTask.objects.filter(task__startswith=OURS, enabled=True).exclude(task__in=list(self.app.tasks))
        if gone.update(enabled=False):
            log.warning("Schedules of tasks that are no more were switched off; see the periodic tasks in the admin.")

    def apply_async(
        self, entry: ScheduleEntry, producer: Producer | None = None, advance: bool = True, **named: Any
    ) -> Any:
        """None for a tick that is left out. What a person has scheduled does not expire, and is always sent."""
        queue = entry.options.get("queue")
        if producer is not None and "expires" in entry.options and waiting(producer, queue) >= MOST_WAITING:
            return None
        return super().apply_async(entry, producer=producer, advance=advance, **named)


def beat() -> None:
    """For `/readyz`."""
    try:
        Heartbeat.objects.update_or_create(name=BEAT, defaults={"beat_at": Now()})
    except Error as error:
        log.warning("The beat could not be written: %s", error)


def waiting(producer: Producer, queue: str) -> int:
    """How many messages."""
    try:
        return int(producer.channel.queue_declare(queue=queue, passive=True).message_count)
    except ChannelError:  # an empty queue is none
        return 0
