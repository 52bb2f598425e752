"""Rings the workers so that nobody waits for the next tick. Work is rows: a lost ring costs seconds, never work."""

import logging
from functools import cache

from celery import Celery
from django.conf import settings
from django.db import transaction

from annotation.models import Image, Picture

log = logging.getLogger(__name__)

_QUEUES = {
    "workers.tasks.imports.run_imports_task": "imports",
    "workers.tasks.exports.run_exports_task": "default",
    "workers.tasks.hooks.send_deliveries_task": "default",
    "workers.tasks.proposals.propose_regions_task": "gpu",
    "workers.tasks.prelabels.prelabel_regions_task": "gpu",
    "workers.tasks.training.run_trainings_task": "gpu",
    "workers.tasks.evaluations.run_evaluations_task": "gpu",
    "workers.tasks.sketches.answer_sketches_task": "interactive",
    "workers.tasks.assessments.answer_assessments_task": "interactive",
    "workers.tasks.ahead.look_ahead_task": "interactive",
}


@cache
def bell() -> Celery:
    """An app that only sends; the workers' own is configured on their side of the house. An absent broker is not waited for."""
    app = Celery("doorbell", broker=settings.BROKER_URL, set_as_current=False)
    app.conf.broker_transport_options = {
        "max_retries": 1,
        "interval_start": 0,
        "socket_connect_timeout": 1,
        "socket_timeout": 2,
    }
    return app


def ring(task: str, *about: str | int, expires: float | None = None) -> None:
    """Sends the doorbell after the transaction; a broker that is away is logged and otherwise ignored."""
    transaction.on_commit(lambda: _send(task, about, expires))


def _send(task: str, about: tuple[str | int, ...], expires: float | None) -> None:
    name = f"workers.tasks.{task}"
    try:
        bell().send_task(name, args=about, queue=_QUEUES[name], expires=expires, ignore_result=True, retry=False)
    except Exception as error:
        log.warning("The workers' doorbell %s did not ring: %s", task, error)


def ring_imports() -> None:
    ring("imports.run_imports_task")


def ring_exports() -> None:
    ring("exports.run_exports_task")


def ring_deliveries() -> None:
    ring("hooks.send_deliveries_task")


def ring_proposals() -> None:
    ring("proposals.propose_regions_task")


def ring_prelabels() -> None:
    ring("prelabels.prelabel_regions_task")


def ring_trainings() -> None:
    ring("training.run_trainings_task")


def ring_evaluations() -> None:
    ring("evaluations.run_evaluations_task")


def ring_sketches() -> None:
    ring("sketches.answer_sketches_task")


def ring_assessments() -> None:
    ring("assessments.answer_assessments_task")


def ring_ahead(of: Image | Picture, version: int) -> None:
    """Somebody has a picture before their eyes and will most likely click into it. Of no use a while later."""
    ring("ahead.look_ahead_task", type(of).__name__, of.pk, version, expires=30)
