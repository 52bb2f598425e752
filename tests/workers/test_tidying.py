import os
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import Settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from annotation.actions.sketches import request_sketch
from annotation.actions.snapshots import take_snapshot
from annotation.enums import JobStatus, TrainingTrigger
from annotation.models import Sketch, TrainingRun
from tests.factories import make_image, make_member, make_study
from workers import training
from workers.tasks.tidying import tidy_task
from workers.tasks.training import run_trainings_task, tidy_trainings_task
from workers.tidying import work_folder

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def make_run(status: JobStatus, *, hours: float) -> Path:
    """A run that ended so long ago, and its folder."""
    run = TrainingRun.objects.create(
        study=make_study(),
        trigger=TrainingTrigger.PERSON,
        status=status,
        finished_at=timezone.now() - timedelta(hours=hours),
    )
    folder = work_folder(run.pk)
    (folder / "data").mkdir(parents=True)
    (folder / "train.log").write_text("words")
    (folder / "data" / "labels.json").write_text("[]")
    (folder / "compared.json").write_text("{}")
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("status", [JobStatus.FAILED, JobStatus.CANCELLED, JobStatus.DONE])
def test_of_a_run_that_ended_a_day_ago_the_log_stays(status: JobStatus, settings: Settings, tmp_path: Path) -> None:
    settings.TRAINING_DIR = tmp_path
    folder = make_run(status, hours=25)

    assert (tidy_trainings_task(), tidy_trainings_task()) == (1, 0)
    assert names(folder) == ["train.log"]


def test_after_a_month_the_log_goes_with_its_folder(settings: Settings, tmp_path: Path) -> None:
    settings.TRAINING_DIR = tmp_path
    older, younger = (make_run(JobStatus.FAILED, hours=24 * days) for days in (31, 29))

    assert (tidy_trainings_task(), tidy_trainings_task()) == (2, 0)
    assert (older.exists(), names(younger)) == (False, ["train.log"])


@pytest.mark.parametrize(("status", "hours"), [(JobStatus.FAILED, 23), (JobStatus.RUNNING, 99), (JobStatus.QUEUED, 99)])
def test_what_may_go_on_keeps_its_folder(status: JobStatus, hours: float, settings: Settings, tmp_path: Path) -> None:
    settings.TRAINING_DIR = tmp_path
    folder = make_run(status, hours=hours)

    assert tidy_trainings_task() == 0
    assert names(folder) == ["compared.json", "data", "train.log"]


@pytest.mark.parametrize(("has_snapshot", "left"), [(False, []), (True, ["compared.json", "data", "train.log"])])
def test_a_run_at_its_start_goes_on_with_nothing_of_another_that_had_its_number(
    has_snapshot: bool, left: list[str], settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Numbers are given out again after a backup came back."""
    settings.TRAINING_DIR = tmp_path
    make_run(JobStatus.QUEUED, hours=0)
    run, found = TrainingRun.objects.get(), []
    if has_snapshot:
        run.snapshot = take_snapshot(study=run.study)
        run.save()
    monkeypatch.setattr(training, "_run", lambda run, work: found.extend(names(work)))

    run_trainings_task()

    assert found == left


def test_what_is_no_run_s_folder_is_left_alone(settings: Settings, tmp_path: Path) -> None:
    settings.TRAINING_DIR = tmp_path
    (tmp_path / "run-of-mine").mkdir()
    (tmp_path / "run-999999").mkdir()

    assert tidy_trainings_task() == 0
    assert names(tmp_path) == ["run-999999", "run-of-mine"]


def test_without_a_folder_there_is_nothing_to_do(settings: Settings, tmp_path: Path) -> None:
    settings.TRAINING_DIR = tmp_path / "none"

    assert tidy_trainings_task() == 0


def leave(folder: Path, *, hours: float) -> None:
    """Nobody has touched it for so long."""
    folder.mkdir()
    (folder / "half.zip").write_bytes(b"half")
    then = time.time() - hours * 3600
    os.utime(folder, (then, then))


@pytest.mark.parametrize("task", [tidy_task, tidy_trainings_task])
def test_what_killed_workers_left_in_the_temporary_folder_goes_after_a_day(
    task: Callable[[], int], scratch: Path, settings: Settings
) -> None:
    """On the GPU's machine as on the others."""
    settings.TRAINING_DIR = scratch / "none"
    for name, hours in (("gullery-export-a1", 25), ("gullery-evaluation-b2", 25), ("gullery-export-c3", 23)):
        leave(scratch / name, hours=hours)
    leave(scratch / "somebody-else-s", hours=99)
    leave(scratch / "gullery-biq", hours=99)

    assert (task(), task()) == (2, 0)
    assert names(scratch) == ["gullery-biq", "gullery-export-c3", "somebody-else-s"]


def test_uploads_of_killed_web_processes_go_after_a_day(scratch: Path, settings: Settings) -> None:
    """Where the temporary folder is no memory, a new start does not empty it."""
    settings.TRAINING_DIR = scratch / "none"
    for name, hours in (
        ("tmpa1b2.upload.zip", 25),
        ("tmpc3d4.upload", 25),
        ("tmpe5.upload.jpg", 23),
        ("tmpf6.zip", 99),
    ):
        (scratch / name).write_bytes(b"half")
        then = time.time() - hours * 3600
        os.utime(scratch / name, (then, then))

    assert (tidy_task(), tidy_task()) == (2, 0)
    assert names(scratch) == ["tmpe5.upload.jpg", "tmpf6.zip"]


def test_sessions_that_have_expired_and_old_sketches_go(scratch: Path) -> None:
    now, study = timezone.now(), make_study()
    for key, expires in (("old", now - timedelta(days=1)), ("new", now + timedelta(days=1))):
        Session.objects.create(session_key=key, session_data="", expire_date=expires)
    image, ada = make_image(study), make_member(study, "manager")
    old, new = (request_sketch(image=image, clicks=[(1, 1, True)], by=ada) for _ in range(2))
    Sketch.objects.filter(pk=old.pk).update(requested_at=now - timedelta(hours=25))

    assert tidy_task() == 1
    assert [*Session.objects.values_list("session_key", flat=True)] == ["new"]
    assert [*Sketch.objects.all()] == [new]
