"""Signs of life while one long call copies gigabytes, loads a model, or waits for a store that is slow."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from django.db import Error, connections

from annotation.actions.jobs import JobStopped, show_life
from annotation.models import Job

log = logging.getLogger(__name__)

EVERY_SECONDS = 10.0
"""Six times before the job would be taken for dead."""


@contextmanager
def alive(*jobs: Job) -> Iterator[list[Job]]:
    """The jobs, and those that are added to the list, are this worker's during the block, however long that takes; its time
    limit ends what hangs. Whether somebody stopped one is for the next beat after the block to find out.
    """
    over, held = Event(), list(jobs)
    thread = Thread(target=_beat, args=(held, over), name="alive", daemon=True)
    thread.start()
    try:
        yield held
    finally:
        over.set()
        thread.join()


def _beat(held: list[Job], over: Event) -> None:
    """With a connection of its own to the database, and a new one after an error: the call itself may not need it."""
    while not over.wait(EVERY_SECONDS):
        try:
            for job in list(held):
                _show(job, held)
        except Error as error:
            log.warning("No sign of life could be given: %s", error)
        finally:
            connections.close_all()


def _show(job: Job, held: list[Job]) -> None:
    try:
        show_life(job)
    except JobStopped:  # or it is over
        held.remove(job)
