"""A worker without room says so at once, instead of dying again and again."""

from pathlib import Path

import pytest
from django.conf import Settings

from annotation.actions.training import request_training
from annotation.actions.versions import promote
from annotation.enums import JobStatus, TrainingTrigger
from tests.factories import make_study, make_version
from workers.tasks.training import run_trainings_task

pytestmark = pytest.mark.django_db


def test_a_training_without_room_for_its_folder_fails_and_says_why(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "full").touch()
    settings.TRAINING_DIR = tmp_path / "full" / "training"
    study = make_study()
    promote(study=study, version=make_version(), reason="The first.")
    run = request_training(study=study, trigger=TrainingTrigger.PERSON)

    assert run_trainings_task() == 1

    run.refresh_from_db()
    assert (run.status, run.error.split(":")[0]) == (JobStatus.FAILED, "[Errno 20] Not a directory")
