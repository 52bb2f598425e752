"""Imports that wait, or whose worker died."""

from time import monotonic
from typing import Final

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded

from annotation.actions.imports import run_import
from annotation.actions.jobs import claim, fail, put_back
from annotation.models import Import
from workers.alive import alive

HOUR = 3600
WORK_SECONDS: Final = 600
"""No further import is begun after that: each needs time before the limit."""
NO_PROGRESS: Final = "Four hours were not enough to import a single file; give it in smaller parts."


@shared_task(soft_time_limit=4 * HOUR, time_limit=4 * HOUR + 60)
def run_imports_task() -> int:
    """Runs waiting imports; how many. An error nobody foresaw fails its import alone and is raised.

    One that takes longer than a task may goes on with the next tick, unless it got nowhere.
    """
    done, stop_at = 0, monotonic() + WORK_SECONDS
    while monotonic() < stop_at and (job := claim(Import)) is not None:
        before = job.done
        try:
            with alive(job):  # a large archive comes out of a store elsewhere before the first file is looked at
                run_import(job=job)
        except SoftTimeLimitExceeded:
            put_back(job) if job.done > before else fail(job, NO_PROGRESS)
            return done
        except Exception as error:
            fail(job, f"The import stopped on an unexpected error ({type(error).__name__}); see the worker's log.")
            raise
        done += 1
    return done
