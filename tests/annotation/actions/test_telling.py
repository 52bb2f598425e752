"""Each event is told by what happens, in the words of the API, and leads to where the API has more."""

from pathlib import Path
from typing import Any

import pytest

from annotation.actions import snapshots
from annotation.actions.exports import request_export, run_export
from annotation.actions.gate import approve, decide, decline
from annotation.actions.imports import request_import, run_import
from annotation.actions.jobs import ATTEMPTS, JobStopped, cancel, claim, fail, finish
from annotation.actions.snapshots import take_snapshot
from annotation.actions.summaries import tell_finished, tell_settled
from annotation.actions.versions import promote
from annotation.enums import HookEvent, JobStatus, PromotionPolicy, Role
from annotation.models import Delivery, Export, Import, Study, User
from tests.annotation.actions.test_gate import FAILED, PASSED, running, waiting
from tests.annotation.hooks import make_hook, told
from tests.factories import cast, make_member, make_region, make_study, make_version
from tests.pictures import write_pictures
from tests.webapp.api.client import Api

pytestmark = pytest.mark.django_db
SECRETS = {"quality", "importance", "opinion", "annotator", "username", "score", "mean", "gold", "votes"}


@pytest.fixture
def study() -> Study:
    study = make_study(slug="gulls", votes_wanted=1)
    promote(study=study, version=make_version(), reason="The first.")
    make_hook(study)
    return study


@pytest.fixture
def ada(study: Study) -> User:
    return make_member(study, Role.MANAGER, "ada")


def said(event: HookEvent) -> list[dict[str, Any]]:
    """Without what all have."""
    return [{name: value for name, value in one.items() if name not in {"at", "event", "study"}} for one in told(event)]


def test_an_export_and_its_snapshot(study: Study) -> None:
    job = request_export(study=study, format="csv", by=None)

    run_export(job=claim(Export))

    job.refresh_from_db()
    assert [body["event"] for body in told()] == ["snapshot_taken", "export_finished"]
    assert said(HookEvent.SNAPSHOT_TAKEN) == [
        {"url": "/api/v1/studies/gulls/snapshots", "snapshot": job.snapshot_id, "sha256": job.snapshot.sha256}
    ]
    assert said(HookEvent.EXPORT_FINISHED) == [
        {"url": f"/api/v1/exports/{job.pk}", "export": job.pk, "status": "done", "format": "csv"}
    ]


def test_the_same_snapshot_again_is_no_news(study: Study) -> None:
    for _ in range(2):
        take_snapshot(study=study)

    assert len(told()) == 1


def test_a_snapshot_that_is_not_kept_is_not_told(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "tell", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        take_snapshot(study=study)

    assert (study.snapshots.count(), Delivery.objects.count()) == (0, 0)


def test_an_import_that_is_done_and_one_that_failed(study: Study, tmp_path: Path) -> None:
    write_pictures(tmp_path / "in", 1)
    jobs = [request_import(study=study, source=str(tmp_path / name), by=None) for name in ("in", "nothing.zip")]

    for job in jobs:
        run_import(job=claim(Import, pk=job.pk))

    assert said(HookEvent.IMPORT_FINISHED) == [
        {"url": f"/api/v1/imports/{job.pk}", "import": job.pk, "status": status}
        for job, status in zip(jobs, ("done", "failed"), strict=True)
    ]


def test_work_whose_workers_died_again_and_again(study: Study) -> None:
    request_import(study=study, source="uploads/a.zip", by=None)
    Import.objects.update(status=JobStatus.RUNNING, heartbeat_at="2026-01-01T00:00Z", attempts=ATTEMPTS)

    assert (claim(Import), claim(Import)) == (None, None)
    assert [one["status"] for one in said(HookEvent.IMPORT_FINISHED)] == ["failed"]


def test_work_that_a_person_stopped_or_that_is_another_s_is_not_told(study: Study) -> None:
    request_import(study=study, source="uploads/a.zip", by=None)
    job = claim(Import)
    assert job is not None
    cancel(job=job)

    fail(job, "Too late.")
    with pytest.raises(JobStopped):
        finish(job)

    assert told() == []


def test_the_gate_and_what_people_make_of_it(study: Study, ada: User) -> None:
    run = running(study)
    decide(run=run, candidate=make_version(study), checks=[FAILED], better=False)
    first, second = waiting(study), waiting(study)
    decline(run=first, by=ada)
    approve(run=second, by=ada)
    Study.objects.update(promotion_policy=PromotionPolicy.AUTOMATIC)
    last = running(study)
    decide(run=last, candidate=make_version(study), checks=[PASSED], better=True)

    bodies = said(HookEvent.TRAINING_DECIDED)
    assert [(one["training_run"], one["decision"]) for one in bodies] == [
        (run.pk, "refused"),
        (first.pk, "waiting"),
        (second.pk, "waiting"),
        (first.pk, "declined"),
        (second.pk, "promoted"),
        (last.pk, "promoted"),
    ]
    assert bodies[0]["url"] == f"/api/v1/training-runs/{run.pk}"


def test_every_address_leads_a_manager_s_program_on_and_nothing_secret_is_said(study: Study, ada: User) -> None:
    cast(make_region(study), make_member(study))
    tell_settled()
    tell_finished()
    request_export(study=study, format="csv", by=None)
    run_export(job=claim(Export))
    decide(run=running(study), candidate=make_version(study), checks=[FAILED], better=False)
    request_import(study=study, source="uploads/nothing.zip", by=None, uploaded=True)
    run_import(job=claim(Import))

    bodies = told()

    assert {body["event"] for body in bodies} == set(HookEvent) - {HookEvent.TEST, HookEvent.ALARM_RAISED}
    assert [Api(ada).get(body["url"]).status_code for body in bodies] == [200] * len(bodies)
    assert [set(body) & SECRETS for body in bodies] == [set()] * len(bodies)
    assert {body["study"] for body in bodies} == {"gulls"}
