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
