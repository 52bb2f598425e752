"""A worker killed between storing an export's file and saying so: the export is made, and the stray file goes."""

import os
import signal
import time
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from annotation.actions.exports import request_export
from annotation.enums import JobStatus
from annotation.models import Export
from tests.annotation.actions.test_exports import stored_exports
from tests.annotation.exchange.snapshots import make_nest
from tests.copies import copy_that_runs
from workers.tasks.exports import expire_exports_task, run_exports_task

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def made_old(path: Path, *, hours: float) -> None:
    then = time.time() - hours * 3600
    os.utime(path, (then, then))


def test_the_next_worker_makes_the_export_and_the_stray_file_goes_after_a_day() -> None:
    study = make_nest().study
    job = request_export(study=study, format="csv", by=None)
    ended = copy_that_runs("tests.workers.exporter", default_storage.path("")).wait(timeout=300)
    (stray,) = stored_exports(study)
    assert (ended, Export.objects.get().status) == (-signal.SIGKILL, JobStatus.RUNNING)

    Export.objects.update(heartbeat_at="2026-01-01T00:00Z")
    assert run_exports_task() == 1

    job.refresh_from_db()
    assert (job.status, sorted(stored_exports(study))) == (JobStatus.DONE, sorted([stray, job.file.path]))
    for hours, left in ((23, [stray, job.file.path]), (25, [job.file.path])):
        made_old(Path(stray), hours=hours)
        made_old(Path(job.file.path), hours=hours)
        expire_exports_task()
        assert sorted(stored_exports(study)) == sorted(left)
