"""What the model's pages say where there is hardly anything to say."""

import json
import re

import pytest

from annotation.actions.reports import keep_report
from annotation.actions.snapshots import take_snapshot
from annotation.actions.versions import promote
from annotation.enums import Decision, JobStatus
from annotation.models import Study, TrainingRun
from tests.factories import cast, make_region
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


def test_a_schedule_that_found_too_few_new_labels_says_how_many_of_how_many() -> None:
    scene = make_cast()
    run = ended(scene, Decision.TOO_FEW)
    words = (
        "Nothing was learnt: of the 200 newly settled labels that the study asks for after a candidate there are 37."
    )
    TrainingRun.objects.filter(pk=run.pk).update(log=words, train_regions=0)

    page, runs = seen(scene, f"/runs/{run.pk}"), seen(scene, "")

    assert (page.count(words), runs.count(words)) == (1, 1)
    assert ("a run needs 50 settled labels" in page, "<summary>Log" in page) == (False, False)


@pytest.mark.parametrize(("wanted", "said"), [(2, 1), (1, 0), (None, 0)])
def test_a_person_may_train_with_few_new_labels_and_is_told_so(wanted: int | None, said: int) -> None:
    scene = make_cast()
    promote(study=scene.study, version=scene.version, reason="The first.")
    Study.objects.update(retrain_after=wanted)
    TrainingRun.objects.update(snapshot=take_snapshot(study=scene.study))
    cast(make_region(scene.study), scene.people["annotator"])
    manager = client_of(scene.people["manager"])

    answer = manager.post("/studies/gulls/models/train", follow=True).content.decode()
    run = TrainingRun.objects.latest("pk")
    TrainingRun.objects.filter(pk=run.pk).update(snapshot=take_snapshot(study=scene.study))
    page = seen(scene, f"/runs/{run.pk}")

    found = "of the 2 newly settled labels that the study waits for after a candidate"
    assert answer.count("The training run is on its way.") == 1
    assert answer.count(f"It is early: {found} there are 1.") == said
    assert page.count(f"This run is early: {found}, its snapshot has 1.") == said
