"""Which queues have a worker: asked of real ones, and of a real broker that goes and comes."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest
from celery import Celery
from django.db import OperationalError, connection
from django.utils import timezone

from annotation.actions.imports import request_import
from annotation.models import Heartbeat, Import
from annotation.queries.presence import ASKING, AWAY_AFTER, BEAT, QUEUES, row_of, seen
from tests.factories import make_study
from tests.webapp.redis_server import redis_at
from tests.workers.test_alive import wait_for
from tests.workers.test_long_imports import PATIENCE_SECONDS, processes, strike
from tests.workers.test_queues import queues
from workers import presence
from workers.app import app
from workers.clock import beat
from workers.presence import note_start, note_workers, served
from workers.tasks import imports

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def noted() -> set[str]:
    return set(Heartbeat.objects.values_list("name", flat=True))


def is_noted(queue: str) -> bool:
    """One look waits for answers for a second, and on a busy machine one comes later than that."""
    note_workers(app)
    return row_of(queue) in noted()


def test_every_queue_is_looked_for() -> None:
    assert set(QUEUES) == {queue for where in queues().values() for queue in where}


def test_a_worker_in_the_midst_of_an_import_is_seen_and_one_that_is_not_there_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun, over = Event(), Event()

    def hold(*, job: Import) -> None:
        begun.set()
        assert over.wait(PATIENCE_SECONDS)
        connection.close()

    monkeypatch.setattr(imports, "run_import", hold)
    app.loader.import_default_modules()
    app.set_current()
    request_import(study=make_study(), source="one", by=None)
    with busy("imports", begun, over):
        wait_for(lambda: is_noted("imports"))

    beat()
    note_start()
    Heartbeat.objects.filter(name=ASKING).update(beat_at=timezone.now() - 2 * AWAY_AFTER)
    assert noted() == {ASKING, BEAT, row_of("imports")}
    assert [one.name for one in seen() if not one.here] == ["default", "gpu", "interactive"]
    assert served(app) == set()


@contextmanager
def busy(queue: str, begun: Event, over: Event) -> Iterator[None]:
    with processes(queue, 1):
        strike("workers.tasks.imports.run_imports_task")
        assert begun.wait(PATIENCE_SECONDS)
        yield
        over.set()


def test_a_broker_that_goes_and_comes_stops_nobody_and_is_asked_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "ANSWER_SECONDS", 0.05)
    elsewhere = Celery("elsewhere", broker=f"redis+socket://{tmp_path / 'redis.sock'}", set_as_current=False)
    with redis_at(tmp_path / "redis.sock") as redis:
        note_workers(elsewhere)
        keys = redis.keys()
        note_workers(elsewhere)
        assert redis.keys() == keys  # months of asking leave nothing there
    note_workers(elsewhere)
    with redis_at(tmp_path / "redis.sock"):
        note_workers(elsewhere)
        assert served(elsewhere) == set()

    said = [record for record in caplog.records if record.name == "workers.presence"]
    assert [record.levelno for record in said] == [logging.WARNING]
    assert noted() == set()


def test_a_database_that_is_away_stops_nobody(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise OperationalError("away")

    monkeypatch.setattr(presence, "served", lambda app: {"gpu", "somebody-else-s"})
    with connection.execute_wrapper(gone):
        note_workers(app)
    assert [record.getMessage() for record in caplog.records] == ["Which workers are there could not be written: away"]

    note_workers(app)
    assert noted() == {row_of("gpu")}
