"""What was measured of a version on a snapshot's hold-out: a row and a file of JSON, kept for good."""

import json
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.files.storage import default_storage
from django.utils import timezone

from annotation.enums import JobStatus
from annotation.exchange.archive import store
from annotation.models import Evaluation, ModelVersion, Snapshot, Study


def keep_report(*, study: Study, version: ModelVersion, snapshot: Snapshot, report: str) -> Evaluation:
    """The measurement is done, whether somebody had asked for it or not. The first report of a version on a snapshot stays."""
    with TemporaryDirectory(prefix="gullery-report-") as folder:
        made = Path(folder) / "report.json"
        made.write_text(report, encoding="utf-8")
        name = store(made, f"evaluations/{study.pk}/{version.sha256}-{snapshot.sha256[:16]}.json")
    row, _ = Evaluation.objects.get_or_create(study=study, version=version, snapshot=snapshot)
    if row.status != JobStatus.DONE:
        row.report, row.status, row.finished_at, row.error = name, JobStatus.DONE, timezone.now(), ""
        row.save(update_fields=["report", "status", "finished_at", "error"])
    return row


@lru_cache(maxsize=32)
def read_report(name: str) -> dict[str, Any]:
    """By the name of its file, which never changes."""
    with default_storage.open(name, "rb") as file:
        found: dict[str, Any] = json.load(file)
    return found
