"""Whether each queue has a worker: the clock asks, since one that is hours into its work has no time to say so itself."""

import logging
from typing import Final

from celery import Celery
from django.db import Error
from django.db.models.functions import Now

from annotation.models import Heartbeat
from annotation.queries.presence import ASKING, QUEUES, row_of

log = logging.getLogger(__name__)

ANSWER_SECONDS: Final = 1.0
"""The clock stands still meanwhile."""


def note_start() -> None:
    """From now on they are asked for."""
    _note(ASKING)


def note_workers(app: Celery) -> None:
    """Writes down which queues have a worker now. A broker or a database that is away stops nobody."""
    try:
        queues = served(app)
    except Exception as error:  # the broker's own, of whatever kind it is
        log.warning("The workers could not be asked: %s", error)
        return
    _note(*(row_of(queue) for queue in sorted(queues.intersection(QUEUES))))


def served(app: Celery) -> set[str]:
    """A worker answers from beside its work, however long that takes."""
    answers = app.control.inspect(timeout=ANSWER_SECONDS).active_queues() or {}
    return {queue["name"] for answer in answers.values() for queue in answer}


def _note(*names: str) -> None:
    try:
        for name in names:
            Heartbeat.objects.update_or_create(name=name, defaults={"beat_at": Now()})
    except Error as error:
        log.warning("Which workers are there could not be written: %s", error)
