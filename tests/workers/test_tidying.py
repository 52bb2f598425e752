from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import Settings
from django.utils import timezone

from annotation.enums import JobStatus, TrainingTrigger
from annotation.models import TrainingRun
from tests.factories import make_study
from workers.tasks.training import tidy_trainings_task
from workers.tidying import work_folder

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize(("status", "hours"), [(JobStatus.FAILED, 23), (JobStatus.RUNNING, 99), (JobStatus.QUEUED, 99)])
def test_what_may_go_on_keeps_its_folder(status: JobStatus, hours: float, settings: Settings, tmp_path: Path) -> None:
    settings.TRAINING_DIR = tmp_path
    folder = make_run(status, hours=hours)

    assert tidy_trainings_task() == 0
    assert names(folder) == ["compared.json", "data", "train.log"]


def test_what_is_no_run_s_folder_is_left_alone(settings: Settings, tmp_path: Path) -> None:
    settings.TRAINING_DIR = tmp_path
    (tmp_path / "run-of-mine").mkdir()
    (tmp_path / "run-999999").mkdir()

    assert tidy_trainings_task() == 0
    assert names(tmp_path) == ["run-999999", "run-of-mine"]


def test_without_a_folder_there_is_nothing_to_do(settings: Settings, tmp_path: Path) -> None:
    settings.TRAINING_DIR = tmp_path / "none"

    assert tidy_trainings_task() == 0
