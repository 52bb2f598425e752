"""A store so slow that the job would be dead before a file is in it, or out of it."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage, Storage
from django.db import OperationalError
from django.utils import timezone

from annotation import version_fetching, version_store
from annotation.actions import jobs
from annotation.actions.jobs import DEAD_AFTER, JobStopped, beat, cancel, claim
from annotation.actions.training import request_training
from annotation.actions.versions import register_version
from annotation.enums import JobStatus, TrainingTrigger
from annotation.models import TrainingRun
from ml.shipped import TINY
from tests.factories import make_study
from workers import alive as signs
from workers import training
from workers.alive import alive

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_SECONDS = 120


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signs, "EVERY_SECONDS", 0.01)


@pytest.fixture
def run() -> TrainingRun:
    """Claimed here."""
    study = make_study()
    register_version(directory=TINY)
    request_training(study=study, trigger=TrainingTrigger.PERSON)
    claimed = claim(TrainingRun)
    assert claimed is not None
    return claimed


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def outlast(run: TrainingRun) -> None:
    """As long as it takes to be taken for dead; without a sign of life meanwhile it never ends."""
    past = timezone.now() - 2 * DEAD_AFTER
    TrainingRun.objects.update(heartbeat_at=past)
    wait_for(lambda: TrainingRun.objects.filter(pk=run.pk, heartbeat_at__gt=past + DEAD_AFTER).exists())
    assert claim(TrainingRun) is None


class SlowElsewhere(Storage):
    """Nothing in it has a path on this machine. Weights take longer than a job may be silent, both ways."""

    def __init__(self, location: Path, run: TrainingRun) -> None:
        self.disk, self.run, self.waits = FileSystemStorage(location), run, list[str]()

    def _wait(self, way: str, name: str) -> None:
        if name.endswith(".safetensors"):
            outlast(self.run)
            self.waits.append(way)

    def _open(self, name: str, mode: str = "rb") -> Any:
        self._wait("out", name)
        return self.disk.open(name, mode)

    def _save(self, name: str, content: Any) -> str:
        self._wait("in", name)
        return self.disk.save(name, content)

    def exists(self, name: str) -> bool:
        return self.disk.exists(name)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        return self.disk.listdir(path)


def test_a_run_is_alive_while_a_slow_store_takes_and_gives_its_versions(
    run: TrainingRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.VERSIONS_DIR = tmp_path / "fetched"
    store = SlowElsewhere(tmp_path / "elsewhere", run)
    for module in (version_store, version_fetching):
        monkeypatch.setattr(module, "default_storage", store)

    folder = training.at_hand(run, training.registered(run, TINY))

    assert store.waits == ["in", "out"]
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in TINY.iterdir())
    run.refresh_from_db()
    assert (run.status, run.attempts) == (JobStatus.RUNNING, 1)


def test_after_the_block_there_are_no_signs_of_life(run: TrainingRun) -> None:
    with alive(run):
        outlast(run)

    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("alive")] == []


def test_an_error_ends_them_too(run: TrainingRun) -> None:
    with pytest.raises(OSError, match="full"), alive(run):
        raise OSError("full")

    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("alive")] == []


def test_one_that_begins_later_is_alive_too_and_its_progress_is_nobody_else_s_to_tell(run: TrainingRun) -> None:
    with alive() as held:
        TrainingRun.objects.update(done=7, total=9)  # as the work itself does, whose row in memory is older
        held.append(run)
        outlast(run)

    run.refresh_from_db()
    assert (run.status, run.done, run.total) == (JobStatus.RUNNING, 7, 9)


def test_a_run_that_is_stopped_meanwhile_stays_stopped(run: TrainingRun) -> None:
    with alive(run) as held:
        cancel(job=run)
        wait_for(lambda: held == [])

    with pytest.raises(JobStopped):
        beat(run, done=0, total=1)
    assert TrainingRun.objects.get().status == JobStatus.CANCELLED


def test_a_database_that_is_away_for_a_moment_is_asked_again(
    run: TrainingRun, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*_: object, **__: object) -> None:
        monkeypatch.setattr(signs, "show_life", jobs.show_life)
        raise OperationalError("the server is away")

    monkeypatch.setattr(signs, "show_life", away)
    with alive(run):
        outlast(run)

    said = [record.getMessage() for record in caplog.records if record.name == "workers.alive"]
    assert said == ["No sign of life could be given: the server is away"]
