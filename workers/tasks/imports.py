"""Imports that wait, or whose worker died."""

from celery import shared_task

from annotation.actions.imports import run_import
from annotation.actions.jobs import claim, fail
from annotation.models import Import

HOUR = 3600


@shared_task(soft_time_limit=4 * HOUR, time_limit=4 * HOUR + 60)
def run_imports_task() -> int:
    """Runs every waiting import; how many. An error nobody foresaw fails its import alone and is raised."""
    done = 0
    while (job := claim(Import)) is not None:
        try:
            run_import(job=job)
        except Exception as error:
            fail(job, f"The import stopped on an unexpected error ({type(error).__name__}); see the worker's log.")
            raise
        done += 1
    return done
