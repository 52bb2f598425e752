"""The model's part of the demonstration: it says what it thinks, learns from the votes, and is asked again."""

import time
from collections.abc import Mapping
from typing import Any

from django_celery_beat.models import IntervalSchedule, PeriodicTask

from annotation.actions.jobs import resume
from annotation.actions.prelabels import want_prelabels
from annotation.actions.settings import change_settings
from annotation.enums import Decision, JobStatus, ModelKind, PromotionPolicy
from annotation.models import Image, ModelVersion, Study, TrainingRun
from webapp import doorbell
from webapp.demo.closeness import closeness
from webapp.demo.steps import Check, DemoError, bar
from webapp.demo.truth import Truth

TASK = "workers.tasks.training.request_training_task"
PATIENCE_SECONDS = 60
"""For the clock to notice a new schedule and a worker to begin."""


def await_prelabels(study: Study, check: Check) -> int:
    """Until the active version has looked at every image, also at what failed before; how many it looked at."""
    for image in Image.objects.filter(study=study).exclude(prelabel_error=""):
        want_prelabels(image=image)
    doorbell.ring_prelabels()
    waiting = Image.objects.filter(study=study, prelabel_due=True)
    total = waiting.count()
    with bar(total, "the model looks", "image") as shown:
        while left := waiting.count():
            check()
            shown.update(total - left - shown.n)
            time.sleep(0.3)
        shown.update(total - shown.n)
    return total


def close_the_loop(study: Study, truths: Mapping[int, Truth], check: Check) -> dict[str, Any]:
    """One scheduled training run, the gate's decision, and how close to the hidden truth both models come on the hold-out."""
    run = TrainingRun.objects.filter(study=study).order_by("pk").first() or _scheduled_run(study, check)
    if run.status in (JobStatus.FAILED, JobStatus.CANCELLED):  # in an earlier run of the demonstration
        resume(job=run)
        run.refresh_from_db()
        doorbell.ring_trainings()
    champion = run.champion
    _follow(run, check)
    await_prelabels(study, check)
    report: dict[str, Any] = {
        "run": run.pk,
        "decision": run.decision,
        "learnt_from": run.train_regions,
        "tested_on": run.test_regions,
        "test_images": run.test_images,
        "cpu_seconds": round(run.cpu_seconds, 1),
    }
    if run.decision == Decision.PROMOTED and champion is not None and run.candidate is not None:
        report |= closeness(study, champion, run.candidate, truths)
    return report


def prepare_loop(study: Study) -> ModelVersion | None:
    """A better model speaks at once, and only the demonstration's own schedule trains one. The version that speaks."""
    change_settings(study=study, changes={"promotion_policy": PromotionPolicy.AUTOMATIC, "retrain_after": None})
    study.refresh_from_db()
    version = study.active_version
    return version if version is not None and version.kind == ModelKind.SEAGULL else None


def _scheduled_run(study: Study, check: Check) -> TrainingRun:
    """As an administrator would: a schedule, here one that strikes once. Raises DemoError when nothing comes of it."""
    every_second, _ = IntervalSchedule.objects.get_or_create(every=1, period=IntervalSchedule.SECONDS)
    PeriodicTask.objects.update_or_create(
        name=f"train {study.slug} once",
        defaults={
            "task": TASK,
            "args": f'["{study.slug}"]',
            "interval": every_second,
            "queue": "default",
            "one_off": True,
            "enabled": True,
        },
    )
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (run := TrainingRun.objects.filter(study=study).first()) is None:
        check()
        if time.monotonic() > deadline:
            raise DemoError("The schedule for a training run did not strike; is the clock (beat) running?")
        time.sleep(0.2)
    doorbell.ring_trainings()
    return run


def _follow(run: TrainingRun, check: Check) -> None:
    with bar(1000, "training the model", "‰") as shown:
        while not run.ended:
            time.sleep(0.3)
            check()
            run.refresh_from_db()
            shown.set_description_str(f"{run.get_stage_display().lower():28}")
            shown.update(run.done - shown.n)
    if run.status != JobStatus.DONE:
        raise DemoError(f"The training run ended as {run.status}: {run.error or 'no reason was given'}")
