"""What the model's pages say where there is hardly anything to say."""

import json
import re

import pytest

from annotation.actions.reports import keep_report
from annotation.actions.snapshots import take_snapshot
from annotation.actions.versions import promote
from annotation.enums import Decision, JobStatus
from annotation.models import TrainingRun
from tests.webapp.pages.cast import Cast, client_of, make_cast
from tests.webapp.pages.test_models import report_of

pytestmark = pytest.mark.django_db


def seen(scene: Cast, place: str) -> str:
    return client_of(scene.people["manager"]).get(f"/studies/gulls/models{place}").content.decode()


def measured_on(images: int) -> Cast:
    scene = make_cast()
    report = report_of(0.724, scene.region.pk) | {"images": images, "sources": images}
    snapshot = take_snapshot(study=scene.study)
    keep_report(study=scene.study, version=scene.version, snapshot=snapshot, report=json.dumps(report))
    promote(study=scene.study, version=scene.version, reason="For the test.")
    return scene


def ended(scene: Cast, decision: Decision) -> TrainingRun:
    numbers = {"train_regions": 15, "test_regions": 3, "test_images": 1}
    return TrainingRun.objects.create(
        study=scene.study, trigger="person", status=JobStatus.DONE, stage="ended", decision=decision, **numbers
    )


@pytest.mark.parametrize("place", ["", "/comparison"])
@pytest.mark.parametrize(("images", "interval", "warned"), [(1, False, True), (2, True, True), (20, True, False)])
def test_one_photograph_has_no_interval_and_few_say_so(place: str, images: int, interval: bool, warned: bool) -> None:
    page = seen(measured_on(images), place)

    assert (re.search(r"0\.62\d? to 0\.77\d?<", page) is not None) == interval
    assert ("So few photographs say little about a model." in page) == warned


def test_a_run_with_too_few_labels_says_how_many_it_needs() -> None:
    scene = make_cast()
    run = ended(scene, Decision.TOO_FEW)

    page, runs = seen(scene, f"/runs/{run.pk}"), seen(scene, "")

    assert "a run needs 50 settled labels to learn from and 20 photographs in the hold-out" in page
    assert ("To learn from" in page, "regions of 1 photograph<" in page) == (True, True)
    assert ("Too few labels" in runs, "learnt from" in runs) == (True, False)


def test_a_run_with_nothing_new_says_so() -> None:
    scene = make_cast()
    run = ended(scene, Decision.UNCHANGED)

    assert "the snapshot holds the same labels as that of the last run" in seen(scene, f"/runs/{run.pk}")
