"""Training runs: asked for by schedules and by enough new labels, done one after the other beside everything else."""

import logging

from celery import shared_task

from annotation.actions.jobs import claim
from annotation.actions.training import request_due_trainings, request_training
from annotation.enums import TrainingTrigger
from annotation.errors import Conflict
from annotation.models import Study, TrainingRun
from workers.resident import can_judge
from workers.tidying import tidy_scratch, tidy_trainings
from workers.training import run_training

log = logging.getLogger(__name__)

HOUR = 3600


@shared_task(soft_time_limit=5 * HOUR, time_limit=5 * HOUR + 60)
def run_trainings_task() -> int:
    """Runs one waiting training, since others wait for this queue, too, and each needs the time there is; how many there
    were. On a GPU's worker, since it is the network that learns.
    """
    run = claim(TrainingRun) if can_judge() else None
    if run is None:
        return 0
    run_training(run)
    return 1


@shared_task(soft_time_limit=50, time_limit=60)
def request_due_trainings_task() -> int:
    """Studies with enough newly settled labels get a run; how many."""
    return len(request_due_trainings())


@shared_task(soft_time_limit=50, time_limit=60)
def request_training_task(study: str) -> bool:
    """For a schedule of django-celery-beat, with the study's short name as the argument. False when nothing was begun."""
    found = Study.objects.filter(slug=study).first()
    if found is None:
        log.error("A schedule asks to train in %r, but no study has this short name.", study)
        return False
    try:
        request_training(study=found, trigger=TrainingTrigger.SCHEDULE)
    except Conflict as refusal:
        log.info("No training in %s: %s", study, refusal.message)
        return False
    return True


@shared_task(soft_time_limit=280, time_limit=300)
def tidy_trainings_task() -> int:
    """Removes what ended runs and killed workers left on this worker's disk; how many."""
    return tidy_trainings() + tidy_scratch()
