"""A model that takes longer to load, or to speak, than a job may be silent: whoever clicked is still answered, and once."""

import threading
from typing import Any

import pytest
from django.utils import timezone

from annotation.actions.jobs import DEAD_AFTER, claim
from annotation.enums import JobStatus
from annotation.models import Assessment, Image, User
from tests.workers.predictors import FakePredictor
from tests.workers.test_alive import wait_for
from tests.workers.test_assessments import ask
from workers import alive, scenes
from workers.tasks import assessments
from workers.tasks.assessments import answer_assessments_task

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def often(known_scenes: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alive, "EVERY_SECONDS", 0.01)
    monkeypatch.setattr(assessments, "warm", lambda: None)


def outlast(*asked: Assessment) -> None:
    """As long as it takes to be taken for dead; without a sign of life of each it never ends."""
    past = timezone.now() - 2 * DEAD_AFTER
    Assessment.objects.filter(status=JobStatus.RUNNING).update(heartbeat_at=past)
    shown = Assessment.objects.filter(pk__in=[one.pk for one in asked], heartbeat_at__gt=past + DEAD_AFTER)
    wait_for(lambda: shown.count() == len(asked))
    assert claim(Assessment) is None


def test_a_click_is_alive_while_the_model_loads(image: Image, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ask(image, ada)

    def load(version: int) -> FakePredictor:
        outlast(asked)
        return FakePredictor()

    monkeypatch.setattr(scenes, "predictor", load)

    assert answer_assessments_task() == 1

    asked.refresh_from_db()
    assert (asked.status, asked.attempts, asked.done) == (JobStatus.DONE, 1, 3)


def test_those_whose_sentences_wait_are_alive_while_others_are_answered(
    image: Image, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What they have already is there meanwhile."""
    first, second = ask(image, ada), ask(image, ada, x=30)
    real, told = FakePredictor.assess, list[int]()

    def assess(self: FakePredictor, masks: Any) -> Any:
        told.append(1)
        if len(told) == 2:
            outlast(first, second)
            first.refresh_from_db()
        return real(self, masks)

    monkeypatch.setattr(FakePredictor, "assess", assess)

    assert answer_assessments_task() == 2

    assert (first.status, first.done) == (JobStatus.RUNNING, 2)
    assert set(Assessment.objects.values_list("status", "attempts", "done")) == {(JobStatus.DONE, 1, 3)}
    assert [thread.name for thread in threading.enumerate() if thread.name == "alive"] == []
