"""Exports that wait, or whose worker died; and those whose files are old."""

from datetime import timedelta
from time import monotonic
from typing import Final

from celery import shared_task
from django.conf import settings

from annotation.actions.export_files import expire_exports
from annotation.actions.exports import run_export
from annotation.actions.jobs import claim
from annotation.actions.strays import forget_strays
from annotation.models import Export
from workers.alive import alive

HOUR = 3600
WORK_SECONDS: Final = 600
"""No further export is begun after that: each needs time before the limit."""


@shared_task(soft_time_limit=4 * HOUR, time_limit=4 * HOUR + 60)
def run_exports_task() -> int:
    """Runs waiting exports; how many. An error nobody foresaw fails its export alone and is raised."""
    done, stop_at = 0, monotonic() + WORK_SECONDS
    while monotonic() < stop_at and (job := claim(Export)) is not None:
        with alive(job):  # a slow store takes minutes for a large file
            run_export(job=job)
        done += 1
    return done


@shared_task(soft_time_limit=280, time_limit=300)
def expire_exports_task() -> int:
    """Removes files of exports that have been kept long enough, and what killed workers left in the store; how many."""
    return expire_exports(kept=timedelta(days=settings.EXPORTS_KEPT_DAYS)) + forget_strays()
