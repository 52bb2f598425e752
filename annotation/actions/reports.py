"""What was measured of a version on a snapshot's hold-out: a row and a file of JSON, kept for good."""

import json
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.files.storage import default_storage
from django.utils import timezone

from annotation.actions.strays import unique_name
from annotation.enums import JobStatus
from annotation.exchange.archive import store
from annotation.models import Evaluation, ModelVersion, Snapshot, Study


def keep_report(*, study: Study, version: ModelVersion, snapshot: Snapshot, report: str) -> Evaluation:
    """The measurement is done, whether somebody had asked for it or not. The first report of a version on a snapshot stays."""
    with TemporaryDirectory(prefix="gullery-report-") as folder:
        made = Path(folder) / "report.json"
        made.write_text(report, encoding="utf-8")
        name = store(made, unique_name("evaluations", study.pk, f"{snapshot.sha256[:12]}.json"))
    row, _ = Evaluation.objects.get_or_create(study=study, version=version, snapshot=snapshot)
    waits = Evaluation.objects.filter(pk=row.pk).exclude(status=JobStatus.DONE)
    if not waits.update(report=name, status=JobStatus.DONE, finished_at=timezone.now(), error=""):
        default_storage.delete(name)
    row.refresh_from_db()
    return row


@lru_cache(maxsize=32)
def read_report(name: str) -> dict[str, Any]:
    """By the name of its file, which never changes."""
    with default_storage.open(name, "rb") as file:
        found: dict[str, Any] = json.load(file)
    return found
