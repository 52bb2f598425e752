import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from annotation.actions.imports import request_import
from annotation.actions.uploads import forget_uploads
from annotation.enums import JobStatus
from annotation.models import Import, Study
from tests.factories import make_study

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_store(settings: object, tmp_path: Path) -> None:
    settings.STORAGES = settings.STORAGES | {  # type: ignore[attr-defined]
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }


def upload(name: str, *, days: float) -> str:
    stored = default_storage.save(f"uploads/{name}", ContentFile(b"bytes"))
    then = (timezone.now() - timedelta(days=days)).timestamp()
    os.utime(default_storage.path(stored), (then, then))
    return stored


def imported(study: Study, source: str, *, status: JobStatus, days: float | None, scores: str = "") -> None:
    job = request_import(study=study, source=source, scores=scores, by=None, uploaded=True)
    ended = None if days is None else timezone.now() - timedelta(days=days)
    Import.objects.filter(pk=job.pk).update(status=status, finished_at=ended)


def test_what_was_imported_a_month_ago_goes_with_its_table(tmp_path: Path) -> None:
    study = make_study()
    imported(study, upload("old.zip", days=40), status=JobStatus.DONE, days=31, scores=upload("old.csv", days=40))
    imported(study, upload("new.zip", days=40), status=JobStatus.DONE, days=29, scores=upload("new.csv", days=40))
    imported(study, upload("failed.zip", days=40), status=JobStatus.FAILED, days=31)
    imported(study, upload("waits.zip", days=40), status=JobStatus.QUEUED, days=None)
    upload("without-import.zip", days=31)
    upload("just-now.zip", days=0)

    assert (forget_uploads(), forget_uploads()) == (4, 0)
    assert sorted(path.name for path in (tmp_path / "uploads").iterdir()) == [
        *("just-now.zip", "new.csv", "new.zip", "waits.zip")
    ]


def test_an_upload_that_two_imports_name_stays_for_the_newer(tmp_path: Path) -> None:
    study, stored = make_study(), upload("both.zip", days=40)
    for days in (31, 1):
        imported(study, stored, status=JobStatus.DONE, days=days)

    assert forget_uploads() == 0


def test_without_uploads_there_is_nothing_to_do() -> None:
    assert forget_uploads() == 0
