"""Beat's clock, with its entries in the database, for months of running."""

import logging
from typing import Any, Final

from celery.beat import ScheduleEntry
from django_celery_beat.models import PeriodicTask
from django_celery_beat.schedulers import DatabaseScheduler
from kombu.exceptions import ChannelError
from kombu.messaging import Producer

log = logging.getLogger(__name__)

MOST_WAITING: Final = 100
"""Messages in a queue. A tick that has expired stays there until a worker takes it, so where none is they would heap up."""
OURS: Final = "workers.tasks."


class Clock(DatabaseScheduler):  # type: ignore[misc]  # it has no types
    """Does not strike for a queue that nobody empties: its work is rows, and found with the next tick."""

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


def waiting(producer: Producer, queue: str) -> int:
    """How many messages."""
    try:
        return int(producer.channel.queue_declare(queue=queue, passive=True).message_count)
    except ChannelError:  # an empty queue is none
        return 0
