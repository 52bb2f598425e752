from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from annotation.actions.reports import keep_report
from annotation.actions.snapshots import take_snapshot
from annotation.actions.versions import promote
from annotation.enums import Decision, JobStatus
from annotation.models import GateCheck, Image, ModelVersion, Promotion, TrainingRun
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
        '<meter min="0" max="1" value="0.5" aria-label="blur"></meter><span class="number">0.50</span>',
        '<meter min="0" max="1" value="0" aria-label="noise"></meter><span class="number">–</span>',
        f'<img src="/studies/gulls/images/{scene.image.pk}/thumbnail" alt="herring gull.png"',
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
        candidate=make_version(scene.study, parent=scene.version),
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


def test_version_run_snapshot_and_votes_lead_from_one_to_the_next() -> None:
    scene = measured_scene()
    run, snapshot = waiting_run(scene), take_snapshot(study=scene.study)
    begun = timezone.now()
    finished = begun + timedelta(seconds=154)
    TrainingRun.objects.filter(pk=run.pk).update(
        snapshot=snapshot, started_at=begun, finished_at=finished, regions_per_second=12.5, gpu_seconds=61.0
    )
    client = client_of(scene.people["reviewer"])

    versions = client.get("/studies/gulls/models").content.decode()
    page = client.get(f"/studies/gulls/models/runs/{run.pk}").content.decode()

    digits = snapshot.sha256[:12]
    assert f'/studies/gulls/models/runs/{run.pk}">run {run.pk}</a>, from {scene.version.name}' in versions
    assert f"1 vote, snapshot <code>{digits}</code>" in versions
    assert "· 120 s of CPU · 61 s of GPU · 13 regions/s" in versions
    assert "<dt>CPU time</dt><dd>120 <small>s</small>" in page
    assert "<dt>GPU time</dt><dd>61 <small>s</small>" in page
    for words in (
        f"fine-tuned from {scene.version.name} <code>{scene.version.sha256[:12]}</code>",
        f"/studies/gulls/models/comparison?snapshot={snapshot.pk}",
        "<strong>1 vote</strong>",
        f"manage.py export_labels gulls --snapshot {digits} --format csv --out DIR",
        "2 min 34 s",
        "12.5 <small>regions/s</small>",
    ):
        assert words in page


def test_every_measurement_is_drawn_with_its_interval() -> None:
    scene = measured_scene()
    first = ModelVersion.objects.exclude(pk=scene.version.pk).get()

    page = client_of(scene.people["reviewer"]).get("/studies/gulls/models").content.decode()

    for version, quality in ((first, 0.61), (scene.version, 0.724)):
        words = f"{version.name}: {quality:.3f} [{quality - 0.1:.3f}, {quality + 0.05:.3f}]"
        assert page.count(f"<title>{words}</title>") == 2  # quality and importance have the same figures here
    assert page.count('<figure class="history">') == 3


def test_a_run_under_way_shows_its_stage_its_progress_and_its_loss_so_far() -> None:
    scene = measured_scene()
    run = TrainingRun.objects.create(
        study=scene.study,
        trigger="schedule",
        status=JobStatus.RUNNING,
        stage="training",
        started_at=timezone.now(),
        done=425,
        total=1000,
        losses=[3.0, 2.0, 1.25],
        log="training: 42%",
    )
    client = client_of(scene.people["reviewer"])
    path = f"/studies/gulls/models/runs/{run.pk}"

    part = client.get(path, headers={"HX-Request": "true"}).content.decode()
    listed = client.get("/studies/gulls/models/progress").content.decode()

    assert (part.count("<html"), part.count(f'hx-get="{path}"')) == (0, 1)
    for words in ('<progress value="42" max="100"', "Loss: 3.000 at first, 1.250", "now</figcaption>", "training: 42%"):
        assert words in part
    assert (listed.count('<progress value="42"'), listed.count("loss 3.00 → 1.25")) == (1, 1)


def test_the_page_follows_the_prelabels_and_then_rests() -> None:
    scene = measured_scene()
    Image.objects.update(prelabel_due=True)
    client = client_of(scene.people["reviewer"])
    at_work = client.get("/studies/gulls/models").content.decode()
    Image.objects.update(prelabel_due=False)
    done = client.get("/studies/gulls/models/prelabelling").content.decode()

    assert at_work.count("It has looked at 0 of 1 image.") == 1
    assert at_work.count('hx-get="/studies/gulls/models/prelabelling"') == 1
    assert (done.count("It has looked at all of 1 image."), done.count("hx-get")) == (1, 0)


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


def test_a_manager_makes_room_and_what_was_dropped_cannot_be_promoted() -> None:
    scene = measured_scene()
    old, *_ = [make_version(scene.study) for _ in range(4)]
    manager, reviewer = (client_of(scene.people[role]) for role in ("manager", "reviewer"))
    promotion = f'action="/studies/gulls/models/{old.pk}/promote"'

    page = manager.get("/studies/gulls/models").content.decode()
    assert "1 old version has 1000\xa0bytes of weights that nothing needs" in page
    assert promotion in page
    assert "Drop their weights" not in reviewer.get("/studies/gulls/models").content.decode()

    answer = manager.post("/studies/gulls/models/drop-weights", follow=True)
    after = answer.content.decode()
    refused = manager.post(f"/studies/gulls/models/{old.pk}/promote", follow=True).content.decode()

    assert "The weights of old versions are dropped." in after
    assert '">without weights</span>' in after
    assert promotion not in after
    assert "Drop their weights" not in after
    assert f"The weights of {old.name} were dropped on" in refused
