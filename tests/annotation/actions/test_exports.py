import csv
import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from annotation.actions import exports, jobs
from annotation.actions.exports import request_export, run_export
from annotation.actions.reproduction import export_differences
from annotation.enums import ExportFormat, JobStatus
from annotation.errors import Conflict, InvalidInput
from annotation.models import Export, Snapshot, Study, Vote
from tests.annotation.exchange.snapshots import make_nest
from tests.factories import make_member, make_study

pytestmark = pytest.mark.django_db


def run(study: Study, name: str = "csv", *, include_images: bool = False) -> Export:
    job = jobs.claim(Export, pk=request_export(study=study, format=name, by=None, include_images=include_images).pk)
    run_export(job=job)
    job.refresh_from_db()
    return job


def content_of(export: Export) -> dict[str, bytes]:
    with zipfile.ZipFile(export.file.path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def stored_exports(study: Study) -> list[str]:
    """By its short name: tests leave files, and where a test has a database of its own keys come twice."""
    folder = Path(default_storage.path("exports"))
    return [str(path) for path in folder.rglob(f"{study.slug}-*") if path.is_file()] if folder.exists() else []


@pytest.mark.parametrize("name", ExportFormat.values)
def test_an_export_ends_with_a_zip_of_its_snapshot(name: str) -> None:
    nest = make_nest()

    export = run(nest.study, name)

    files = content_of(export)
    assert (export.status, export.error, export.done, export.total) == (JobStatus.DONE, "", 24, 24)
    assert export.byte_size == default_storage.size(export.file.name)
    assert export.file.name.endswith(f"/{nest.study.slug}-{name}-{export.snapshot.sha256[:12]}.zip")
    assert export.snapshot.sha256 in files["README.md"].decode()


@pytest.mark.parametrize("name", ExportFormat.values)
def test_the_same_snapshot_twice_is_the_same_bytes(name: str) -> None:
    study = make_nest().study

    one, two = run(study, name), run(study, name)

    assert one.snapshot == two.snapshot
    assert Path(one.file.path).read_bytes() == Path(two.file.path).read_bytes()


def test_every_stored_vote_is_in_the_files() -> None:
    study = make_nest().study

    files = content_of(run(study, "csv"))

    rows = list(csv.DictReader(io.StringIO(files["votes.csv"].decode(), newline="")))
    assert {int(row["vote_id"]) for row in rows} == set(Vote.objects.values_list("pk", flat=True))


def test_images_are_in_the_zip_when_asked_for() -> None:
    study = make_nest().study

    files = content_of(run(study, "seagull", include_images=True))

    labels = json.loads(files["labels.json"])
    for image in (record["image"] for record in labels):
        assert hashlib.sha256(files[image["file"]]).hexdigest() == image["sha256"]


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(InvalidInput, match="must be one of seagull, csv, parquet, coco, hf, report, not 'xlsx'"):
        request_export(study=make_study(), format="xlsx", by=None)

    assert Export.objects.count() == 0


def test_the_same_export_is_not_asked_for_twice_at_a_time() -> None:
    study, ada = make_study(), make_member(make_study(), "manager")
    first = request_export(study=study, format="csv", by=ada)

    with pytest.raises(Conflict, match="under way already"):
        request_export(study=study, format="csv", by=ada)
    request_export(study=study, format="csv", by=ada, include_images=True)
    request_export(study=study, format="coco", by=ada)
    jobs.cancel(job=first)
    request_export(study=study, format="csv", by=ada)

    assert Export.objects.count() == 4


def test_a_cancelled_export_ends_quietly_and_leaves_no_file() -> None:
    study = make_nest().study
    job = jobs.claim(Export, pk=request_export(study=study, format="csv", by=None).pk)
    jobs.cancel(job=job)

    run_export(job=job)

    job.refresh_from_db()
    assert (job.status, job.file.name, stored_exports(study)) == (JobStatus.CANCELLED, "", [])


def test_an_export_cancelled_at_the_last_moment_leaves_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    study = make_nest().study
    job = jobs.claim(Export, pk=request_export(study=study, format="csv", by=None).pk)
    store = exports.store

    def cancel_and_store(made: Path, name: str) -> str:
        jobs.cancel(job=Export.objects.get(pk=job.pk))
        return store(made, name)

    monkeypatch.setattr(exports, "store", cancel_and_store)
    run_export(job=job)

    job.refresh_from_db()
    assert (job.status, job.file.name, stored_exports(study)) == (JobStatus.CANCELLED, "", [])


def test_a_worker_that_was_taken_over_does_not_touch_the_other_s_file() -> None:
    study = make_nest().study
    late = jobs.claim(Export, pk=request_export(study=study, format="csv", by=None).pk)
    Export.objects.update(heartbeat_at=None)
    other = jobs.claim(Export)
    run_export(job=other)

    run_export(job=late)

    other.refresh_from_db()
    assert (other.status, stored_exports(study)) == (JobStatus.DONE, [other.file.path])


def test_a_lost_original_fails_the_export_with_a_sentence() -> None:
    nest = make_nest()
    nest.clean.image.file.delete(save=False)

    export = run(nest.study, "csv", include_images=True)

    assert (export.status, export.error) == (
        JobStatus.FAILED,
        "The original of b.png is not in the store any more; import that photograph again.",
    )
    assert stored_exports(nest.study) == []


def test_a_full_disk_fails_the_export_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exports, "store", refuse)
    export = run(make_nest().study)

    assert (export.status, export.error) == (
        JobStatus.FAILED,
        "The files could not be written: No space left on device.",
    )


def test_an_error_nobody_foresaw_fails_the_export_and_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "zip_folder", lambda *args: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        run(make_nest().study)

    assert Export.objects.get().error == (
        "The export stopped on an unexpected error (ZeroDivisionError); see the worker's log."
    )


def test_a_snapshot_whose_file_was_changed_fails_the_export(monkeypatch: pytest.MonkeyPatch) -> None:
    nest = make_nest()
    first = run(nest.study)
    size = first.snapshot.file.size
    with default_storage.open(first.snapshot.file.name, "wb") as file:
        file.write(bytes(size))

    export = run(nest.study)

    assert export.status == JobStatus.FAILED
    assert export.error.startswith("The snapshot's file cannot be read: ")
    assert Snapshot.objects.count() == 1


@pytest.mark.parametrize("left", [b"", b"nonsense"])
def test_a_snapshot_s_file_that_is_not_whole_is_written_again(left: bytes) -> None:
    nest = make_nest()
    first = run(nest.study)
    with default_storage.open(first.snapshot.file.name, "wb") as file:
        file.write(left)

    again = run(nest.study)

    assert (again.status, again.snapshot_id) == (JobStatus.DONE, first.snapshot_id)
    assert content_of(again) == content_of(first)


def test_a_report_is_written_in_its_language_and_named_after_it() -> None:
    study = make_nest().study
    job = jobs.claim(Export, pk=request_export(study=study, format="report", by=None, language="zh-hans").pk)

    run_export(job=job)

    job.refresh_from_db()
    assert (job.status, job.language) == (JobStatus.DONE, "zh-hans")
    assert job.file.name.endswith(f"/{study.slug}-report-zh-hans-{job.snapshot.sha256[:12]}.zip")
    assert '<html lang="zh-hans">' in content_of(job)["report.html"].decode()
    assert list(export_differences(study)) == [[]]


@pytest.mark.parametrize(("name", "language"), [("csv", "zh-hans"), ("report", "tlh"), ("report", "")])
def test_a_language_that_is_not_offered_or_makes_no_sense_is_refused(name: str, language: str) -> None:
    with pytest.raises(InvalidInput, match="language"):
        request_export(study=make_study(), format=name, by=None, language=language)

    assert Export.objects.count() == 0


def test_the_same_report_in_another_language_is_another_export() -> None:
    study = make_study()

    request_export(study=study, format="report", by=None)
    request_export(study=study, format="report", by=None, language="zh-hans")

    with pytest.raises(Conflict):
        request_export(study=study, format="report", by=None, language="zh-hans")
    assert Export.objects.count() == 2


@pytest.mark.parametrize(("name", "language"), [("csv", "zh-hans"), ("report", "Chinese, please")])
def test_the_database_keeps_no_language_that_means_nothing(name: str, language: str) -> None:
    with pytest.raises(IntegrityError, match="export_language"), transaction.atomic():
        Export.objects.create(study=make_study(), format=name, language=language)
