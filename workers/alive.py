"""Signs of life while one long call copies gigabytes, or waits for a store that is slow."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from django.db import Error, connections

from annotation.actions.jobs import JobStopped, beat
from annotation.models import Job

log = logging.getLogger(__name__)

EVERY_SECONDS = 10.0
"""Six times before the job would be taken for dead."""


@contextmanager
def alive(job: Job) -> Iterator[None]:
    """The job is this worker's during the block, however long that takes; its time limit ends what hangs. Whether somebody
    stopped the job is for the next beat after the block to find out.
    """
    over = Event()
    thread = Thread(target=_beat, args=(job, over), name=f"alive-{job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _beat(job: Job, over: Event) -> None:
    """With a connection of its own to the database, and a new one after an error: the call itself may not need it."""
    while not over.wait(EVERY_SECONDS):
        try:
            beat(job, done=job.done, total=job.total)
        except JobStopped:
            return
        except Error as error:
            log.warning("No sign of life could be given: %s", error)
        finally:
            connections.close_all()
