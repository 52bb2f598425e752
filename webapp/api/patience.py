"""Waiting for a worker on behalf of a client, so that it need not ask again and again."""

import time
from threading import BoundedSemaphore

from annotation.models import Job

LONGEST_MS = 2000
LOOK_SECONDS = 0.015
MOST_WAITING = 3
"""Of a process's threads (8 by default): the others are for everybody else."""

_waiting = BoundedSemaphore(MOST_WAITING)


def wait_for_more(job: Job, *, after: int, patience_ms: int) -> None:
    """Until more than `after` of its parts are done, it has ended, or the time is up; the row is fresh then.

    Does not wait at all when enough others do.
    """
    until = time.monotonic() + patience_ms / 1000
    if not patience_ms or _has_more(job, after) or not _waiting.acquire(blocking=False):
        return
    try:
        while not _has_more(job, after) and time.monotonic() < until:
            time.sleep(LOOK_SECONDS)
            job.refresh_from_db(fields=["status", "done"])
    finally:
        _waiting.release()
    job.refresh_from_db(fields=[field.name for field in job._meta.concrete_fields if not field.is_relation])


def _has_more(job: Job, after: int) -> bool:
    return job.done > after or job.ended
