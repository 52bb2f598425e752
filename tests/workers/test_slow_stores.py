"""A store that takes longer for a large file than a job may be silent: its export and its import are begun once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from annotation.actions import exports, imports
from annotation.actions.exports import request_export
from annotation.actions.imports import request_import
from annotation.actions.jobs import DEAD_AFTER, claim
from annotation.enums import ExportFormat, JobStatus
from annotation.models import Export, Image, Import
from tests.annotation.exchange.snapshots import make_nest
from tests.factories import make_study
from tests.pictures import write_pictures
from tests.workers.test_alive import wait_for
from workers import alive
from workers.tasks.exports import run_exports_task
from workers.tasks.imports import run_imports_task

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alive, "EVERY_SECONDS", 0.01)


def slow(kind: type[Export] | type[Import], work: Callable[..., Any]) -> Callable[..., Any]:
    """As long as it takes to be taken for dead; without a sign of life meanwhile it never ends."""

    def slow_work(*given: Any, **named: Any) -> Any:
        past = timezone.now() - 2 * DEAD_AFTER
        kind.objects.update(heartbeat_at=past)
        wait_for(lambda: kind.objects.filter(heartbeat_at__gt=past + DEAD_AFTER).exists())
        assert claim(kind) is None
        return work(*given, **named)

    return slow_work


def test_an_export_is_alive_while_its_file_goes_into_the_store(monkeypatch: pytest.MonkeyPatch) -> None:
    job = request_export(study=make_nest().study, format=ExportFormat.CSV, by=None)
    monkeypatch.setattr(exports, "store", slow(Export, exports.store))

    assert run_exports_task() == 1

    job.refresh_from_db()
    assert (job.status, job.attempts) == (JobStatus.DONE, 1)


def test_an_import_is_alive_while_its_source_comes_out_of_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_pictures(tmp_path / "in", 2)
    job = request_import(study=make_study(), source=str(tmp_path / "in"), by=None)
    monkeypatch.setattr(imports, "_entries", slow(Import, imports._entries))

    assert run_imports_task() == 1

    job.refresh_from_db()
    assert (job.status, job.attempts, Image.objects.count()) == (JobStatus.DONE, 1, 2)
