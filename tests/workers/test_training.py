"""A run from claim to decision, with a child that writes what the real one would: `ml.train` and `ml.compare` have tests
of their own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import Settings

from annotation.actions import jobs
from annotation.actions.jobs import claim
from annotation.actions.training import request_training
from annotation.actions.versions import promote, register_version
from annotation.enums import Arm, Decision, JobStatus, PrelabelSeen, PromotionPolicy, TrainingStage, TrainingTrigger
from annotation.models import Evaluation, Image, ModelVersion, Snapshot, Study, TrainingRun
from ml.shipped import TINY
from tests.annotation.prelabels import make_prelabel
from tests.annotation.queries.test_anchoring import expose
from tests.factories import cast, make_image, make_member, make_region, make_study, make_version
from tests.webapp.pages.cast import png
from tests.workers.fake_child import FakeChild
from workers import training
from workers.child import Spent
from workers.tasks.training import request_training_task, run_trainings_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> FakeChild:
    settings.TRAINING_DIR = tmp_path / "training"
    fake = FakeChild()
    monkeypatch.setattr(training, "run_child", fake)
    monkeypatch.setattr(training, "LEAST_TRAIN", 2)
    monkeypatch.setattr(training, "LEAST_TEST", 1)
    return fake


@pytest.fixture
def study() -> Study:
    """Three settled labels to learn from and one to test on, with the starter model active."""
    study = make_study(votes_wanted=1, promotion_policy=PromotionPolicy.AUTOMATIC)
    promote(study=study, version=register_version(directory=TINY), reason="It came with the platform.")
    for number, split in enumerate(("train", "train", "train", "test")):
        image = make_image(study, png(64, 48 + number), split=split, height=48 + number)
        cast(make_region(study, image), make_member(study))
    return study


def ask(study: Study) -> TrainingRun:
    return request_training(study=study, trigger=TrainingTrigger.PERSON)


def test_a_better_candidate_speaks_and_everything_about_it_is_kept(
    study: Study, child: FakeChild, tmp_path: Path
) -> None:
    champion, run = study.active_version, ask(study)

    assert run_trainings_task() == 1

    run.refresh_from_db()
    study.refresh_from_db()
    assert (run.status, run.stage, run.decision) == (JobStatus.DONE, TrainingStage.ENDED, Decision.PROMOTED)
    assert (run.train_regions, run.test_regions, run.test_images) == (3, 1, 1)
    assert (run.losses, run.regions_per_second, run.cpu_seconds) == ([2.0, 1.0], 50.0, 25.0)
    assert run.log == "training: 100%"
    assert (study.active_version, run.champion) == (run.candidate, champion)
    assert run.candidate is not None
    assert (run.candidate.study, run.candidate.name) == (study, f"{study.slug} {run.pk}")
    assert {row.version for row in Evaluation.objects.filter(snapshot=run.snapshot)} == {champion, run.candidate}
    assert child.asked == ["ml.train", "ml.compare"]
    assert [*(tmp_path / "training").iterdir()] == []


@pytest.mark.parametrize(("there", "held"), [(True, 14.0), (False, 0.0)])
def test_time_on_an_accelerator_is_counted_where_there_is_one(
    study: Study, child: FakeChild, monkeypatch: pytest.MonkeyPatch, there: bool, held: float
) -> None:
    monkeypatch.setattr(training, "has_accelerator", lambda: there)
    run = ask(study)

    run_trainings_task()

    run.refresh_from_db()
    assert (run.cpu_seconds, run.gpu_seconds) == (25.0, held)


def test_a_candidate_that_is_not_better_is_refused(study: Study, child: FakeChild) -> None:
    child.better = False
    champion, run = study.active_version, ask(study)

    run_trainings_task()

    run.refresh_from_db()
    study.refresh_from_db()
    assert (run.decision, study.active_version) == (Decision.REFUSED, champion)
    assert [check.passed for check in run.checks.all()] == [False]


def test_the_same_snapshot_is_not_learnt_twice(study: Study, child: FakeChild) -> None:
    child.better = False
    ask(study)
    run_trainings_task()

    second = ask(study)
    run_trainings_task()

    second.refresh_from_db()
    assert (second.status, second.decision, len(child.asked)) == (JobStatus.DONE, Decision.UNCHANGED, 2)


@pytest.mark.parametrize("trigger", TrainingTrigger)
def test_few_new_labels_after_a_candidate_are_learnt_only_for_a_person(
    study: Study, child: FakeChild, trigger: TrainingTrigger
) -> None:
    child.better = False
    ask(study)
    run_trainings_task()
    cast(make_region(study, study.images.filter(split="train").first()), make_member(study))
    request_training(study=study, trigger=trigger)

    run_trainings_task()

    run = TrainingRun.objects.latest("pk")
    if trigger == TrainingTrigger.PERSON:
        assert (run.decision, run.train_regions, len(child.asked)) == (Decision.REFUSED, 4, 4)
    else:
        assert (run.status, run.decision, run.snapshot, len(child.asked)) == (JobStatus.DONE, "too_few", None, 2)
        assert run.log.endswith("labels that the study asks for after a candidate there are 1.")


def test_too_few_labels_teach_nothing(study: Study, child: FakeChild, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "LEAST_TEST", 2)
    run = ask(study)

    run_trainings_task()

    run.refresh_from_db()
    assert (run.decision, run.test_images, child.asked) == (Decision.TOO_FEW, 1, [])


def test_a_run_that_fails_says_why_and_the_champion_goes_on(study: Study, child: FakeChild) -> None:
    child.fails = "ml.train"
    champion, run = study.active_version, ask(study)

    run_trainings_task()

    run.refresh_from_db()
    study.refresh_from_db()
    assert (run.status, run.error) == (JobStatus.FAILED, "record 7: there is no image")
    assert study.active_version == champion
    jobs.resume(job=run)
    child.fails = ""
    run_trainings_task()
    run.refresh_from_db()
    assert run.decision == Decision.PROMOTED


def test_each_run_has_the_whole_time_of_a_task(study: Study, child: FakeChild) -> None:
    ask(study)
    other = make_study(votes_wanted=1)
    promote(study=other, version=register_version(directory=TINY), reason="It came with the platform.")
    ask(other)

    assert [run_trainings_task() for _ in range(3)] == [1, 1, 0]


def test_a_run_that_takes_too_long_says_so_and_can_go_on(
    study: Study, child: FakeChild, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(*given: Any, **named: Any) -> None:
        raise SoftTimeLimitExceeded

    run = ask(study)
    with monkeypatch.context() as patch:
        patch.setattr(training, "run_child", late)
        run_trainings_task()
    run.refresh_from_db()
    told = run.status, run.error
    jobs.resume(job=run)
    run_trainings_task()

    run.refresh_from_db()
    assert told == (
        JobStatus.FAILED,
        "The run took longer than five hours and was stopped. Let it go on: it begins where it was.",
    )
    assert run.decision == Decision.PROMOTED


@pytest.mark.parametrize("module", ["ml.train", "ml.compare"])
def test_a_worker_killed_anywhere_leaves_a_run_that_goes_on(study: Study, child: FakeChild, module: str) -> None:
    child.kills = module
    run = ask(study)
    with pytest.raises(KeyboardInterrupt):
        run_trainings_task()
    TrainingRun.objects.update(heartbeat_at=None)  # nobody beats any more

    run_trainings_task()

    run.refresh_from_db()
    assert (run.decision, run.attempts) == (Decision.PROMOTED, 2)
    assert child.asked.count("ml.train") == (2 if module == "ml.train" else 1)
    assert ModelVersion.objects.filter(study=study).count() == 1


STEPS = ("freeze", "_written", "_trained", "_compared", "register_version", "keep_report", "decide")


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_killed_after_any_step_leaves_nothing_missing_and_nothing_twice(
    study: Study, child: FakeChild, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = getattr(training, step)

    def dies(*given: Any, **named: Any) -> Any:
        monkeypatch.setattr(training, step, done)
        done(*given, **named)
        raise KeyboardInterrupt

    monkeypatch.setattr(training, step, dies)
    champion, run = study.active_version, ask(study)
    with pytest.raises(KeyboardInterrupt):
        run_trainings_task()
    TrainingRun.objects.update(heartbeat_at=None)

    again = run_trainings_task()

    run.refresh_from_db()
    study.refresh_from_db()
    assert (again, run.attempts) == ((0, 1) if step == "decide" else (1, 2))
    assert (run.status, run.decision, study.active_version) == (JobStatus.DONE, Decision.PROMOTED, run.candidate)
    assert child.asked == ["ml.train", "ml.compare"]
    assert [version.parent for version in ModelVersion.objects.filter(study=study)] == [champion]
    assert (run.checks.count(), Evaluation.objects.count(), Snapshot.objects.count()) == (1, 2, 1)


def test_a_promotion_asks_for_new_prelabels_of_every_image(study: Study, child: FakeChild) -> None:
    Image.objects.update(prelabel_due=False)
    ask(study)

    run_trainings_task()

    assert set(Image.objects.values_list("prelabel_due", flat=True)) == {True}


def test_votes_that_saw_a_guess_first_teach_nothing_and_measure_nothing(study: Study, child: FakeChild) -> None:
    version, ben = study.active_version, make_member(study)
    assert version is not None
    shown, taught = (make_region(study, make_image(study, png(64, 60 + n), height=60 + n)) for n in range(2))
    expose(make_prelabel(shown, version), ben, Arm.SHOWN)
    vote = cast(shown, ben)
    cast(taught, ben)
    run = ask(study)

    run_trainings_task()

    run.refresh_from_db()
    assert vote.prelabel_seen == PrelabelSeen.BEFORE_VOTE
    assert (run.train_regions, run.test_regions) == (3 + 1, 1)


def test_a_run_stopped_by_a_person_stops(study: Study, child: FakeChild, monkeypatch: pytest.MonkeyPatch) -> None:
    run = ask(study)

    def stopped(*_: object, watch: Callable[[], None], **__: object) -> Spent:
        jobs.cancel(job=run)
        watch()
        raise AssertionError("the watch did not say so")

    monkeypatch.setattr(training, "run_child", stopped)
    run_trainings_task()

    run.refresh_from_db()
    assert (run.status, run.decision) == (JobStatus.CANCELLED, Decision.NONE)


def test_a_schedule_asks_for_a_run_once_and_unknown_studies_are_only_logged(study: Study) -> None:
    assert [request_training_task(slug) for slug in (study.slug, study.slug, "nowhere")] == [True, False, False]

    run = claim(TrainingRun)
    assert run is not None
    assert run.trigger == TrainingTrigger.SCHEDULE


def test_another_kind_of_champion_is_compared_with_but_not_trained(study: Study, child: FakeChild) -> None:
    study.active_version = make_version(study, kind="metric")
    study.save()
    run = ask(study)

    run_trainings_task()

    run.refresh_from_db()
    assert (run.champion, run.decision) == (study.active_version, Decision.PROMOTED)
