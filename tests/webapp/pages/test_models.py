from typing import Any

import pytest

from annotation.actions.reports import keep_report
from annotation.actions.snapshots import take_snapshot
from annotation.actions.versions import promote
from annotation.enums import Decision, JobStatus
from annotation.models import GateCheck, ModelVersion, Promotion, TrainingRun
from tests.factories import make_study, make_version
from tests.webapp.pages.cast import Cast, client_of, make_cast
from tests.webapp.pages.test_studies import queries_of

pytestmark = pytest.mark.django_db


def estimate(value: float) -> dict[str, float]:
    return {"value": value, "low": value - 0.1, "high": value + 0.05}


def report_of(quality: float, disagreeing: int) -> dict[str, Any]:
    both = {"srocc": estimate(quality), "plcc": estimate(quality)}
    types = {"regions": 4, "precision": estimate(0.5), "recall": estimate(0.5), "f1": estimate(0.55)}
    scores = {"quality": both, "importance": both, "types": types, "per_type": {"blur": 0.5, "noise": None}}
    dots = [{"low": 0, "high": 0.5, "regions": 4, "model": 0.3, "people": 0.4}]
    table = [[int(row == column) for column in range(6)] for row in range(6)]
    details = {
        "levels": ["extreme", "severe", "moderate", "minor", "trivial", "none"],
        "confusion": {"blur": table, "noise": table},
        "quality": dots,
        "importance": dots,
        "presence": {"bins": dots, "error": 0.1},
        "disagreements": [
            {"record": str(disagreeing), "scale": "quality", "model": 3.5, "people": 0.5},
            {"record": "999999", "scale": "blur", "model": 0.0, "people": 5.0},
        ],
    }
    return {"ways": {"closed_set": scores}, "regions": 4, "images": 3, "sources": 3, "details": details}


def measured_scene() -> Cast:
    """Two versions measured in the study; the second speaks."""
    import json

    scene = make_cast()
    snapshot = take_snapshot(study=scene.study)
    for version, quality in ((make_version(), 0.61), (scene.version, 0.724)):
        report = report_of(quality, scene.region.pk)
        keep_report(study=scene.study, version=version, snapshot=snapshot, report=json.dumps(report))
        promote(study=scene.study, version=version, reason="For the test.")
    return scene


def test_the_page_says_who_speaks_how_well_and_where_it_errs() -> None:
    scene = measured_scene()

    page = client_of(scene.people["reviewer"]).get("/studies/gulls/models").content.decode()

    for words in (
        f"{scene.version.name} speaks",
        "0.724",
        "of 3 photographs that no training run has seen",
        'class="heat-9 same">2<',
        "people 0.5, model 3.5",
        "4 regions: the model said 0.30, people 0.40",
    ):
        assert words in page
    assert "999999" not in page
    assert "Train now" not in page  # only a manager may


def test_the_number_of_queries_does_not_grow_with_the_versions() -> None:
    scene = measured_scene()
    client = client_of(scene.people["manager"])
    few = queries_of(client, "/studies/gulls/models")
    for _ in range(5):
        make_version(scene.study)

    assert queries_of(client, "/studies/gulls/models") == few


def test_a_run_is_asked_for_once() -> None:
    scene = measured_scene()
    client = client_of(scene.people["manager"])

    client.post("/studies/gulls/models/train")
    again = client.post("/studies/gulls/models/train", follow=True)

    run = TrainingRun.objects.latest("pk")
    assert (run.status, run.requested_by, run.champion) == ("queued", scene.people["manager"], scene.version)
    assert b"A training run is under way already" in again.content
    assert b'hx-trigger="every 2s"' in again.content


def waiting_run(scene: Cast) -> TrainingRun:
    run = TrainingRun.objects.create(
        study=scene.study,
        trigger="person",
        status=JobStatus.DONE,
        decision=Decision.WAITING,
        champion=scene.version,
        candidate=make_version(scene.study),
        losses=[3.0, 2.0, 1.0],
        train_regions=300,
        test_regions=80,
        test_images=30,
        cpu_seconds=120,
        log="training: 100%",
    )
    numbers = {"champion": 0.7, "candidate": 0.75, "difference": 0.05, "low": 0.02, "high": 0.08, "bound": 0.0}
    GateCheck.objects.create(run=run, measure="quality_srocc", passed=True, p_value=0.001, **numbers)
    GateCheck.objects.create(run=run, measure="f1_noise", passed=False, decides=False)
    return run


def test_a_run_s_page_shows_every_number_of_the_gate() -> None:
    scene = measured_scene()
    run = waiting_run(scene)

    page = client_of(scene.people["manager"]).get(f"/studies/gulls/models/runs/{run.pk}").content.decode()

    for words in ("Quality, SROCC", "+0.050", "0.001", "Noise, F1", "for comparison", "300", "training: 100%"):
        assert words in page
    assert f"Promote {run.candidate}".split(" (")[0] in page


def test_a_manager_approves_declines_and_rolls_back() -> None:
    scene = measured_scene()
    client = client_of(scene.people["manager"])
    first, second = waiting_run(scene), waiting_run(scene)

    client.post(f"/studies/gulls/models/runs/{first.pk}/decline")
    client.post(f"/studies/gulls/models/runs/{second.pk}/approve")
    scene.study.refresh_from_db()
    approved = scene.study.active_version
    client.post("/studies/gulls/models/roll-back")

    first.refresh_from_db()
    second.refresh_from_db()
    scene.study.refresh_from_db()
    assert (first.decision, second.decision, approved) == ("declined", "promoted", second.candidate)
    assert scene.study.active_version == scene.version
    assert Promotion.objects.latest("pk").promoted_by == scene.people["manager"]


def test_a_version_is_chosen_by_hand_but_not_another_study_s() -> None:
    scene = measured_scene()
    mine, foreign = make_version(scene.study), make_version(make_study())
    client = client_of(scene.people["manager"])

    answers = [client.post(f"/studies/gulls/models/{one.pk}/promote").status_code for one in (mine, foreign)]

    scene.study.refresh_from_db()
    assert (answers, scene.study.active_version) == ([302, 404], mine)


def test_a_run_goes_on_after_it_was_stopped() -> None:
    scene = measured_scene()
    client = client_of(scene.people["manager"])
    client.post("/studies/gulls/models/train")
    run = TrainingRun.objects.latest("pk")

    states = []
    for verb in ("stop", "resume"):
        client.post(f"/studies/gulls/models/runs/{run.pk}/{verb}")
        run.refresh_from_db()
        states.append(run.status)

    assert states == ["cancelled", "queued"]


def test_a_study_without_a_model_says_so() -> None:
    scene = make_cast()

    page = client_of(scene.people["manager"]).get("/studies/gulls/models").content.decode()

    assert "No model speaks yet" in page
    assert ModelVersion.objects.count() == 1
