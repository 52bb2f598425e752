from pathlib import Path

import pytest

from annotation.actions import jobs
from annotation.actions.evaluations import (
    request_evaluation,
    request_missing_evaluations,
    store_report,
    write_test_set,
)
from annotation.actions.jobs import JobStopped, cancel, claim
from annotation.actions.reports import read_report
from annotation.actions.snapshots import take_snapshot
from annotation.enums import JobStatus
from annotation.errors import InvalidInput
from annotation.models import Evaluation, Snapshot, Study
from tests.annotation.exchange.snapshots import make_nest
from tests.factories import make_study, make_user, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return make_nest().study


@pytest.fixture
def snapshot(study: Study) -> Snapshot:
    return take_snapshot(study=study)


def test_a_failed_one_that_somebody_else_asks_for_at_the_same_moment_is_no_refusal(
    study: Study, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = make_version()
    row = request_evaluation(study=study, version=version, snapshot=snapshot, by=None)
    cancel(job=row)
    resume = jobs.resume

    def resume_second(*, job: Evaluation) -> None:
        resume(job=job)
        resume(job=job)

    monkeypatch.setattr(jobs, "resume", resume_second)

    assert request_evaluation(study=study, version=version, snapshot=snapshot, by=None).status == JobStatus.QUEUED


def test_asking_twice_is_asking_once(study: Study, snapshot: Snapshot) -> None:
    ada, version = make_user("ada"), make_version()

    first = request_evaluation(study=study, version=version, snapshot=snapshot, by=ada)
    again = request_evaluation(study=study, version=version, snapshot=snapshot, by=None)

    assert (again, again.status, again.requested_by) == (first, JobStatus.QUEUED, ada)
    assert Evaluation.objects.count() == 1


def test_what_failed_or_was_stopped_is_tried_again_and_what_is_done_stays(study: Study, snapshot: Snapshot) -> None:
    version = make_version()
    ask = {"study": study, "version": version, "snapshot": snapshot, "by": None}
    row = request_evaluation(**ask)
    jobs.fail(claim(Evaluation) or row, "It did not fit.")

    again = request_evaluation(**ask)
    assert (again.status, again.error, again.attempts) == (JobStatus.QUEUED, "", 0)
    cancel(job=row)
    assert request_evaluation(**ask).status == JobStatus.QUEUED
    Evaluation.objects.update(status=JobStatus.DONE)
    assert request_evaluation(**ask).status == JobStatus.DONE


def test_another_study_s_version_or_snapshot_is_refused(study: Study, snapshot: Snapshot) -> None:
    other = make_study()

    with pytest.raises(InvalidInput, match="trained in another study"):
        request_evaluation(study=study, version=make_version(other), snapshot=snapshot, by=None)
    with pytest.raises(InvalidInput, match="snapshot is of another study"):
        request_evaluation(study=other, version=make_version(), snapshot=snapshot, by=None)
    assert not Evaluation.objects.exists()


def test_missing_ones_are_asked_for_together(study: Study, snapshot: Snapshot) -> None:
    measured, failed = make_version(study), make_version()
    make_version(make_study())
    for version, status in ((measured, JobStatus.DONE), (failed, JobStatus.FAILED)):
        Evaluation.objects.create(study=study, version=version, snapshot=snapshot, status=status)
    new = make_version(study)

    assert request_missing_evaluations(study=study, snapshot=snapshot, by=None) == 2
    assert request_missing_evaluations(study=study, snapshot=snapshot, by=None) == 0
    assert dict(Evaluation.objects.values_list("version", "status")) == {
        measured.pk: JobStatus.DONE,
        failed.pk: JobStatus.QUEUED,
        new.pk: JobStatus.QUEUED,
    }


def test_the_test_set_is_the_snapshot_with_its_images(study: Study, snapshot: Snapshot, tmp_path: Path) -> None:
    request_evaluation(study=study, version=make_version(), snapshot=snapshot, by=None)
    job, signs = claim(Evaluation), []
    assert job is not None

    write_test_set(job=job, folder=tmp_path / "data", sign=lambda: signs.append(1))

    assert (tmp_path / "data" / "labels.json").is_file()
    assert len(list((tmp_path / "data" / "images").iterdir())) == 2
    assert signs


def test_a_report_is_kept_with_its_row(study: Study, snapshot: Snapshot, tmp_path: Path) -> None:
    request_evaluation(study=study, version=make_version(), snapshot=snapshot, by=None)
    job = claim(Evaluation)
    assert job is not None
    (tmp_path / "report.json").write_text('{"regions": 4}')

    store_report(job=job, report=tmp_path / "report.json")

    job.refresh_from_db()
    assert (job.status, read_report(job.report.name)) == (JobStatus.DONE, {"regions": 4})


def test_a_report_that_nobody_waits_for_leaves_no_file(study: Study, snapshot: Snapshot, tmp_path: Path) -> None:
    request_evaluation(study=study, version=make_version(), snapshot=snapshot, by=None)
    job = claim(Evaluation)
    assert job is not None
    cancel(job=job)
    (tmp_path / "report.json").write_text("{}")

    with pytest.raises(JobStopped):
        store_report(job=job, report=tmp_path / "report.json")

    job.refresh_from_db()
    storage = job.report.storage
    folder = f"evaluations/{study.pk}"
    assert (job.status, job.report.name) == (JobStatus.CANCELLED, "")
    assert not storage.exists(folder) or storage.listdir(folder)[1] == []
