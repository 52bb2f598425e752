"""Imports of hours, and everybody else: real workers of two queues, with threads for processes."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Event, Semaphore

import pytest
from celery.contrib.testing.worker import start_worker
from celery.signals import setup_logging
from django.db import connections

from annotation.actions import jobs
from annotation.actions.exports import request_export
from annotation.actions.imports import request_import
from annotation.enums import ExportFormat, JobStatus
from annotation.models import Export, Import
from tests.factories import make_study
from tests.workers.test_alive import wait_for
from tests.workers.test_queues import queues
from workers.app import app
from workers.tasks import imports

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
PATIENCE_SECONDS = 120


@contextmanager
def processes(queue: str, count: int) -> Iterator[None]:
    settings = {
        "pool": "threads",
        "concurrency": count,
        "perform_ping_check": False,
        "shutdown_timeout": PATIENCE_SECONDS,
    }
    setup_logging.connect(leave_logging)
    try:
        with start_worker(app, queues=[queue], **settings):
            yield
    finally:
        setup_logging.disconnect(leave_logging)


def leave_logging(**_: object) -> None:
    """Where somebody answers this signal, Celery does not set up logging for the whole process."""


def strike(task: str) -> None:
    """As the clock does."""
    [queue] = queues()[task]
    app.send_task(task, queue=queue)


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> Iterator[Semaphore]:
    """How many imports are at work; none ends before the test does."""
    begun, over = Semaphore(0), Event()

    def hold(*, job: Import) -> None:
        begun.release()
        assert over.wait(PATIENCE_SECONDS)
        jobs.finish(job)
        connections.close_all()

    monkeypatch.setattr(imports, "run_import", hold)
    app.loader.import_default_modules()
    app.set_current()
    with ExitStack() as workers:
        for queue in ("imports", "default"):
            workers.enter_context(processes(queue, 2))
        yield begun
        over.set()


def test_an_export_gets_through_while_two_imports_run(begun: Semaphore) -> None:
    study = make_study()
    for source in ("one", "other"):
        request_import(study=study, source=source, by=None)
        strike("workers.tasks.imports.run_imports_task")
        assert begun.acquire(timeout=PATIENCE_SECONDS)
    request_export(study=study, format=ExportFormat.CSV, by=None)

    for _ in range(3):  # ticks of imports come meanwhile, too
        strike("workers.tasks.imports.run_imports_task")
    strike("workers.tasks.exports.run_exports_task")
    wait_for(lambda: Export.objects.get().status == JobStatus.DONE)

    assert set(Import.objects.values_list("status", flat=True)) == {JobStatus.RUNNING}
