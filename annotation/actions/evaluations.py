"""Versions measured on the frozen test split of a snapshot: asked for once, done by a worker, kept as a report."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from django.core.files.storage import default_storage
from django.db import transaction

from annotation.actions import jobs
from annotation.actions.exports import write_snapshot
from annotation.actions.strays import unique_name
from annotation.actions.versions import check_weights, versions_for
from annotation.enums import ExportFormat, JobStatus
from annotation.errors import Conflict, InvalidInput
from annotation.exchange.archive import store
from annotation.exchange.meter import Meter
from annotation.models import Evaluation, ModelVersion, Snapshot, Study, User

STOPPED = (JobStatus.FAILED, JobStatus.CANCELLED)


def request_evaluation(*, study: Study, version: ModelVersion, snapshot: Snapshot, by: User | None) -> Evaluation:
    """Asks for a measurement, once: the row that is there comes back, queued again if it had failed or was stopped.

    Raises InvalidInput for another study's version or snapshot, Conflict for a version without weights that was not measured.
    """
    if version.study_id not in {None, study.pk}:
        raise InvalidInput("This version was trained in another study.")
    if snapshot.study_id != study.pk:
        raise InvalidInput("This snapshot is of another study.")
    with transaction.atomic():
        row, _ = Evaluation.objects.get_or_create(
            version=version, snapshot=snapshot, defaults={"study": study, "requested_by": by}
        )
        if row.status != JobStatus.DONE:
            check_weights(version)
        if row.status in STOPPED:
            with suppress(Conflict):  # somebody was faster
                jobs.resume(job=row)
            row.refresh_from_db()
    return row


def request_missing_evaluations(*, study: Study, snapshot: Snapshot, by: User | None) -> int:
    """Asks for every version that this study can use and that is neither measured nor on its way; how many."""
    kept = Evaluation.objects.filter(snapshot=snapshot, study=study).exclude(status__in=STOPPED)
    there = set(kept.values_list("version", flat=True))
    usable = (version for version in versions_for(study) if not hasattr(version, "dropped"))
    missing = [version for version in usable if version.pk not in there]
    for version in missing:
        request_evaluation(study=study, version=version, snapshot=snapshot, by=by)
    return len(missing)


def write_test_set(*, job: Evaluation, folder: Path, sign: Callable[[], None]) -> None:
    """The job's snapshot as training runs read it: with images, without exposed votes. `sign` is called meanwhile.

    Raises SnapshotDamagedError, ImageLostError or OSError.
    """
    meter = Meter(lambda done, total: sign(), total=0)
    formats: dict[str, Path] = {ExportFormat.SEAGULL: folder}
    write_snapshot(job.snapshot, formats, meter, include_images=True, without_exposed=True)


def store_report(*, job: Evaluation, report: Path) -> None:
    """The end of a job. Raises JobStopped when it is no longer this worker's; its file is then gone, too."""
    name = store(report, unique_name("evaluations", job.study_id, f"{job.snapshot.sha256[:12]}.json"))
    try:
        jobs.finish(job, report=name)
    except BaseException:
        default_storage.delete(name)
        raise
