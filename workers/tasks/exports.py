"""Exports that wait, or whose worker died."""

from celery import shared_task

from annotation.actions.exports import run_export
from annotation.actions.jobs import claim
from annotation.models import Export

HOUR = 3600


@shared_task(soft_time_limit=4 * HOUR, time_limit=4 * HOUR + 60)
def run_exports_task() -> int:
    """Runs every waiting export; how many. An error nobody foresaw fails its export alone and is raised."""
    done = 0
    while (job := claim(Export)) is not None:
        run_export(job=job)
        done += 1
    return done
