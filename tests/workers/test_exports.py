import pytest

from annotation.actions import exports
from annotation.actions.exports import request_export
from annotation.enums import ExportFormat, JobStatus
from annotation.models import Export
from tests.annotation.exchange.snapshots import make_nest
from workers.tasks.exports import run_exports_task

pytestmark = pytest.mark.django_db


def test_a_tick_makes_every_export_that_waits() -> None:
    study = make_nest().study
    for name in ExportFormat.values:
        request_export(study=study, format=name, by=None)

    assert run_exports_task() == len(ExportFormat)
    assert set(Export.objects.values_list("status", flat=True)) == {JobStatus.DONE}
    assert len(set(Export.objects.values_list("snapshot", flat=True))) == 1


def test_a_tick_without_work_does_nothing() -> None:
    assert run_exports_task() == 0


def test_a_dead_worker_s_export_is_made_by_the_next() -> None:
    study = make_nest().study
    job = request_export(study=study, format="csv", by=None)
    Export.objects.update(status=JobStatus.RUNNING, heartbeat_at="2026-01-01T00:00Z", attempts=1)

    assert run_exports_task() == 1

    job.refresh_from_db()
    assert (job.status, job.attempts) == (JobStatus.DONE, 2)


def test_an_unforeseen_error_fails_its_export_and_the_others_wait_for_the_next_tick(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    study = make_nest().study
    for name in ("csv", "coco"):
        request_export(study=study, format=name, by=None)
    with monkeypatch.context() as patch:
        patch.setattr(exports, "zip_folder", lambda *args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run_exports_task()

    assert run_exports_task() == 1
    assert list(Export.objects.order_by("pk").values_list("status", flat=True)) == ["failed", "done"]
