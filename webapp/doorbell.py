"""Rings the workers so that nobody waits for the next tick. Work is rows: a lost ring costs seconds, never work."""

import logging

from celery import current_app
from django.db import transaction

log = logging.getLogger(__name__)

_QUEUES = {
    "workers.tasks.imports.run_imports_task": "default",
    "workers.tasks.exports.run_exports_task": "default",
    "workers.tasks.proposals.propose_regions_task": "gpu",
    "workers.tasks.sketches.answer_sketches_task": "interactive",
}


def ring(task: str) -> None:
    """Sends the doorbell after the transaction; a broker that is away is logged and otherwise ignored."""
    transaction.on_commit(lambda: _send(task))


def _send(task: str) -> None:
    name = f"workers.tasks.{task}"
    try:
        current_app.send_task(name, queue=_QUEUES[name], ignore_result=True, retry=False)
    except Exception as error:  # noqa: BLE001  whatever the broker's client raises: beat finds the work in the rows
        log.warning("The workers' doorbell %s did not ring: %s", task, error)


def ring_imports() -> None:
    ring("imports.run_imports_task")


def ring_exports() -> None:
    ring("exports.run_exports_task")


def ring_proposals() -> None:
    ring("proposals.propose_regions_task")


def ring_sketches() -> None:
    ring("sketches.answer_sketches_task")
