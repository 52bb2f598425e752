"""Pages full of numbers, in Chinese: what the statistics, the model and the exams say once there is something to say."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.test import Client

from annotation.actions.snapshots import take_snapshot
from annotation.enums import ExamKind, JobStatus, Role
from annotation.models import (
    Evaluation,
    Export,
    Import,
    ImportedFile,
    Promotion,
    Protocol,
    Study,
    TrainingRun,
    User,
    ViewingCheck,
    Vote,
)
from annotation.models.sittings import Sitting
from annotation.scales import SCALES
from tests.annotation.actions.teaching import sit, teaching_study
from tests.annotation.queries.test_anchoring import make_experiment
from tests.annotation.queries.test_honesty import settle, study_with_a_model
from tests.annotation.queries.test_panel import make_panel
from tests.factories import make_member, make_opinion, make_region, make_version
from tests.webapp.pages.cast import client_of, make_cast
from tests.webapp.pages.reading import read
from tests.webapp.pages.test_disputes import make_dispute
from tests.webapp.pages.test_language import english
from tests.webapp.pages.test_models import measured_scene, waiting_run

__all__ = ["english"]
pytestmark = pytest.mark.django_db


def left(client: Client, study: Study, *ends: str) -> dict[str, list[str]]:
    """English by page."""
    found = {end: read(client, f"/studies/{study.slug}{end}") for end in ends}
    assert {page.language for page in found.values()} == {"zh-hans"}
    return {end: page.english() for end, page in found.items() if page.english()}


def manager_of(study: Study) -> Client:
    return client_of(make_member(study, Role.MANAGER))


def test_statistics_of_a_panel() -> None:
    study, raters = make_panel()
    dispute = make_dispute(study)
    drifting(study, raters[0])
    person = study.memberships.get(user=raters[3])
    ends = ("agreement", "annotators", f"annotators/{person.pk}", "planner", "planner?scale=blur&source=own", "drift")

    found = left(manager_of(study), study, *(f"/labels/{end}" for end in (*ends, "report", f"disputes/{dispute.pk}")))

    assert found == {}


def drifting(study: Study, person: User) -> None:
    sitting = Sitting.objects.create(study=study, annotator=person, number=1)
    for position in range(1, 26):
        values = {scale: getattr(make_opinion(quality=min(4, position // 6)), scale) for scale in SCALES}
        Vote.objects.create(
            study=study, region=make_region(study), annotator=person, idempotency_key=uuid4(), duration_ms=5_000,
            sitting=sitting, position=position, **values,
        )  # fmt: skip


def test_a_model_that_was_measured() -> None:
    scene = measured_scene()
    run = waiting_run(scene)
    Promotion.objects.create(study=scene.study, version=scene.version, reason=f"Training run {run.pk} passed the gate.")
    Evaluation.objects.create(
        study=scene.study, version=make_version(scene.study), snapshot=take_snapshot(study=scene.study),
        status=JobStatus.FAILED, error="The measurement took longer than four hours and was stopped.",
    )  # fmt: skip
    TrainingRun.objects.create(
        study=scene.study, trigger="schedule", status=JobStatus.FAILED,
        error="The run stopped on an unexpected error (MemoryError); see the worker's log.",
    )  # fmt: skip

    found = left(
        client_of(scene.people["manager"]), scene.study, "/models", "/models/comparison", f"/models/runs/{run.pk}"
    )

    assert found == {}


def test_the_curve_and_its_alarm() -> None:
    study, version, people = study_with_a_model()
    settle(study, version, people, 60)
    settle(study, version, people, 40, error=1.5)

    assert left(manager_of(study), study, "", "/models/honesty") == {}


@pytest.mark.parametrize("regions", [20, 3])
def test_what_shown_guesses_did(regions: int) -> None:
    study = make_experiment(regions)[0]

    assert left(manager_of(study), study, "/models/anchoring") == {}


def test_the_results_of_an_exam() -> None:
    study = teaching_study(training=1, exam=10)
    ben = make_member(study)
    training = sit(study, ben, ExamKind.TRAINING)
    exam = sit(study, ben, quality=4)
    ends = ("/exams", f"/exams/{training.pk}/result", f"/exams/{exam.pk}/result")
    ViewingCheck.objects.create(study=study, annotator=ben, passed=False, failings=["screen", "night_mode"], **SCREEN)
    person = study.memberships.get(user=ben)

    assert left(client_of(ben), study, *ends) == {}
    assert left(manager_of(study), study, "/board", f"/board/{person.pk}", "/gold") == {}


SCREEN = {
    **dict.fromkeys(("screen_width", "screen_height", "window_width", "window_height"), 900),
    "device_pixel_ratio": 1,
    "expires_at": datetime(2030, 1, 1, tzinfo=UTC),
}


def test_work_that_failed_says_why() -> None:
    scene = make_cast()
    Protocol.objects.create(study=scene.study)
    job = Import.objects.create(
        study=scene.study, source="uploads/x.zip", status=JobStatus.FAILED, error="The zip has 9 files; the most is 5."
    )
    reasons = (
        "TIFF files are not taken. Save it as an 8-bit RGB or grey JPEG, PNG or WebP.",
        "The image has 10×10 pixels; each side needs at least 32.",
        "The same picture as herring gull.png.",
    )
    for number, reason in enumerate(reasons):
        ImportedFile.objects.create(job=job, path=f"{number}.png", verdict="refused", message=reason)
    Export.objects.create(
        study=scene.study, format="csv", status=JobStatus.FAILED, error="The files could not be written: disk full."
    )

    found = left(client_of(scene.people["manager"]), scene.study, f"/imports/{job.pk}", "/downloads")

    assert found == {
        f"/imports/{job.pk}": ["不接受 TIFF 文件。请另存为 8 位 RGB 或灰度的 JPEG、PNG 或 WebP。"],
        "/downloads": ["无法写入文件：disk full。"],
    }
