"""A task whose time is up while the database works for it."""

import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from threading import Thread, main_thread

import psycopg.connection
import pytest
from billiard.pool import SIG_SOFT_TIMEOUT, soft_timeout_sighandler
from django.db import connection, connections, transaction

from annotation.actions.imports import request_import
from annotation.enums import JobStatus
from annotation.models import Import
from tests.factories import make_study
from tests.workers.test_killed_workers import wait_for
from workers.connections import begin
from workers.tasks import imports
from workers.tasks.imports import NO_PROGRESS, run_imports_task

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This process is one as far as the database and the time limit go."""
    monkeypatch.setattr(psycopg.connection, "_INTERRUPTED", psycopg.connection._INTERRUPTED)
    monkeypatch.setitem(connections.settings["default"], "CONN_HEALTH_CHECKS", False)
    begin()
    before = signal.signal(SIG_SOFT_TIMEOUT, soft_timeout_sighandler)
    yield
    signal.signal(SIG_SOFT_TIMEOUT, before)


def sleepers() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE state = 'active' AND query LIKE 'SELECT pg_sleep%%' AND datname = current_database()"
        )
        return int(cursor.fetchone()[0])


def end_time() -> None:
    """As Celery does it, as soon as the database is at work."""
    try:
        wait_for(lambda: sleepers() == 1)
        signal.pthread_kill(main_thread().ident or 0, SIG_SOFT_TIMEOUT)
    finally:
        connections.close_all()


@pytest.mark.parametrize("within", [nullcontext, transaction.atomic])
def test_its_statement_ends_with_it_and_its_job_says_why(
    monkeypatch: pytest.MonkeyPatch, within: type[AbstractContextManager[None]]
) -> None:
    job = request_import(study=make_study(), source="x", by=None)

    def sleep(*, job: Import) -> None:
        with within(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(600)")

    monkeypatch.setattr(imports, "run_import", sleep)
    thread = Thread(target=end_time, daemon=True)
    thread.start()
    run_imports_task()
    thread.join()

    job.refresh_from_db()
    assert (job.status, job.error, sleepers()) == (JobStatus.FAILED, NO_PROGRESS, 0)
