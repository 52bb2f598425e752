from functools import partial
from pathlib import Path

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from annotation.actions import imports as actions
from annotation.actions.imports import request_import, run_import
from annotation.enums import JobStatus
from annotation.models import Image, Import
from tests.factories import make_study
from tests.pictures import write_pictures
from workers.tasks import imports
from workers.tasks.imports import run_imports_task

pytestmark = pytest.mark.django_db


def test_every_waiting_import_runs_and_ringing_again_changes_nothing(tmp_path: Path) -> None:
    study = make_study()
    write_pictures(tmp_path / "in", 3)
    request_import(study=study, source=str(tmp_path / "in"), by=None)
    request_import(study=study, source=str(tmp_path / "nowhere"), by=None)

    assert run_imports_task() == 2
    assert run_imports_task() == 0

    assert Image.objects.count() == 3
    assert list(Import.objects.order_by("pk").values_list("status", flat=True)) == [JobStatus.DONE, JobStatus.FAILED]


def test_one_that_takes_too_long_goes_on_with_the_next_tick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_pictures(tmp_path / "in", 3)
    request_import(study=make_study(), source=str(tmp_path / "in"), by=None)

    def late(done: int, total: int) -> None:
        raise SoftTimeLimitExceeded

    with monkeypatch.context() as patch:
        patch.setattr(actions, "CHUNK", 2)
        patch.setattr(imports, "run_import", partial(run_import, progress=late))
        assert run_imports_task() == 0
    waiting = Import.objects.values_list("status", "done", "attempts").get()

    assert run_imports_task() == 1
    assert (waiting, Image.objects.count()) == ((JobStatus.QUEUED, 2, 0), 3)


def test_an_error_nobody_foresaw_fails_the_import_and_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    request_import(study=make_study(), source="x", by=None)

    def explode(*, job: Import) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(imports, "run_import", explode)

    with pytest.raises(RuntimeError, match="boom"):
        run_imports_task()
    assert Import.objects.values_list("status", "error").get() == (
        JobStatus.FAILED,
        "The import stopped on an unexpected error (RuntimeError); see the worker's log.",
    )


def test_one_that_gets_nowhere_is_not_begun_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As an archive that takes longer to come out of a store elsewhere than a task may take."""
    write_pictures(tmp_path / "in", 3)
    job = request_import(study=make_study(), source=str(tmp_path / "in"), by=None)

    def late(*_: object) -> None:
        raise SoftTimeLimitExceeded

    with monkeypatch.context() as patch:
        patch.setattr(actions, "_entries", late)
        assert run_imports_task() == 0

    job.refresh_from_db()
    assert (job.status, job.error) == (JobStatus.FAILED, imports.NO_PROGRESS)


def test_one_that_went_on_and_then_gets_nowhere_is_not_begun_for_ever_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_pictures(tmp_path / "in", 3)
    job = request_import(study=make_study(), source=str(tmp_path / "in"), by=None)
    monkeypatch.setattr(actions, "CHUNK", 2)

    def late(*_: object) -> None:
        raise SoftTimeLimitExceeded

    with monkeypatch.context() as patch:
        patch.setattr(imports, "run_import", partial(run_import, progress=late))
        run_imports_task()
        waiting = Import.objects.values_list("status", "done").get()
        patch.setattr(imports, "run_import", run_import)
        patch.setattr(actions, "_look", late)
        run_imports_task()

    job.refresh_from_db()
    assert (waiting, job.status, job.error) == ((JobStatus.QUEUED, 2), JobStatus.FAILED, imports.NO_PROGRESS)
