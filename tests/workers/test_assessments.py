from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotation.actions.assessments import request_assessment
from annotation.actions.pictures import bring_picture
from annotation.actions.versions import promote, register_version
from annotation.enums import JobStatus, Role
from annotation.masks import decode_mask
from annotation.models import Assessment, Heartbeat, Image, Study, User
from annotation.queries.clicks import clicks_are_answered
from annotation.version_fetching import NotHereError
from ml.seagull.manifest import VersionError
from ml.seagull.versions import save_version
from tests.factories import make_image, make_member, make_study
from tests.ml.training.pupils import small
from tests.pictures import picture_bytes
from tests.workers.predictors import FakePredictor
from workers import resident, scenes
from workers.tasks import assessments
from workers.tasks.assessments import answer_assessments_task

pytestmark = pytest.mark.django_db
PATIENCE_SECONDS = 600


@pytest.fixture(autouse=True)
def nothing_is_loaded_ahead(known_scenes: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assessments, "warm", lambda: None)


def ask(image: Any, ada: User, *, x: int = 25) -> Assessment:
    return request_assessment(study=image.study, of=image, clicks=[(x, 22, True)], by=ada)


def test_a_click_is_answered_with_mask_numbers_and_sentences(image: Image, ada: User) -> None:
    asked = ask(image, ada)

    assert answer_assessments_task() == 1

    asked.refresh_from_db()
    assert (asked.status, asked.done, asked.error) == (JobStatus.DONE, 3, "")
    assert decode_mask(asked.rle, 64, 48)[2:42, 5:45].all()
    assert (asked.quality, asked.importance, asked.undistorted) == ([0, 0, 1, 0, 0], [0, 0, 0, 0, 1], 1.0)
    assert asked.sentences.splitlines() == ["An answer about 1600 pixels."] * 3


def test_a_picture_of_one_s_own_is_answered_too(study: Study, ada: User) -> None:
    picture = bring_picture(study=study, name="a.png", data=picture_bytes("PNG", 64, 48), by=ada)
    ask(picture, ada)

    assert answer_assessments_task() == 1
    assert Assessment.objects.get().status == JobStatus.DONE


def test_only_what_waits_is_claimed(image: Image, ada: User) -> None:
    for x in (25, 30):
        ask(image, ada, x=x)

    with CaptureQueriesContext(connection) as asked:
        assert answer_assessments_task() == 2

    claims = [one for one in asked.captured_queries if "assessment" in one["sql"] and "FOR UPDATE" in one["sql"]]
    assert len(claims) == 2


def test_nobody_s_mask_waits_for_another_one_s_sentences(
    image: Image, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, int]] = []
    real_assess, real_answers = FakePredictor.assess, FakePredictor.answers

    def assess(self: FakePredictor, masks: Any) -> Any:
        told.append(("numbers", len(told)))
        return real_assess(self, masks)

    def answers(self: FakePredictor, views: Any, said: Any, questions: Any) -> list[list[str]]:
        if len(told) == 2:
            ask(image, ada, x=40)  # somebody clicks while the first sentences are made
        told.append(("sentences", len(told)))
        return real_answers(self, views, said, questions)

    monkeypatch.setattr(FakePredictor, "assess", assess)
    monkeypatch.setattr(FakePredictor, "answers", answers)
    for x in (25, 30):
        ask(image, ada, x=x)

    assert answer_assessments_task() == 3

    kinds = [kind for kind, _ in told]
    assert kinds == ["numbers", "numbers", "sentences", "numbers", "sentences", "sentences"]
    assert Assessment.objects.filter(status=JobStatus.DONE).count() == 3


def test_sentences_that_fail_leave_mask_and_numbers(image: Image, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def mute(self: FakePredictor, views: Any, said: Any, questions: Any) -> list[list[str]]:
        raise ValueError("it has lost its words")

    monkeypatch.setattr(FakePredictor, "answers", mute)
    ask(image, ada)

    assert answer_assessments_task() == 1

    said = Assessment.objects.get()
    assert (said.status, said.error, said.done, said.quality) == (
        JobStatus.FAILED, "it has lost its words", 2, [0, 0, 1, 0, 0],
    )  # fmt: skip


def test_the_model_speaks_while_the_mask_is_stored(image: Image, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mask is not stored before the model has been asked; with one after the other this would wait for ever."""
    asked, real_assess, store_mask = Event(), FakePredictor.assess, assessments.assessments.store_mask

    def assess(self: FakePredictor, masks: Any) -> Any:
        asked.set()
        return real_assess(self, masks)

    def store(**named: Any) -> None:
        assert asked.wait(PATIENCE_SECONDS)
        store_mask(**named)

    monkeypatch.setattr(FakePredictor, "assess", assess)
    monkeypatch.setattr(assessments.assessments, "store_mask", store)
    ask(image, ada)

    assert answer_assessments_task() == 1
    assert Assessment.objects.get().status == JobStatus.DONE


def test_a_model_that_only_scores_says_nothing(image: Image, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(FakePredictor, "answers")
    ask(image, ada)

    answer_assessments_task()

    said = Assessment.objects.get()
    assert (said.status, said.done, said.sentences) == (JobStatus.DONE, 3, "")


def test_each_failure_says_why_and_stops_nobody_else(image: Image, ada: User, study: Study) -> None:
    broken = make_image(study, b"no picture")
    refused = request_assessment(study=study, of=image, clicks=[(25, 22, True), (30, 30, False)], by=ada)
    unreadable, good = ask(broken, ada), ask(image, ada)

    answer_assessments_task()

    rows = [Assessment.objects.get(pk=one.pk) for one in (refused, unreadable, good)]
    assert [row.status for row in rows] == [JobStatus.FAILED, JobStatus.FAILED, JobStatus.DONE]
    assert rows[0].error == "no region leaves these points out"
    assert rows[1].error == "not an image that can be read (JPEG, PNG, TIFF, WebP, BMP and GIF can)"


def test_a_model_that_cannot_be_loaded_leaves_the_mask(
    image: Image, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(version: int) -> FakePredictor:
        raise VersionError("its weights are missing")

    monkeypatch.setattr(scenes, "predictor", broken)
    ask(image, ada)

    answer_assessments_task()

    said = Assessment.objects.get()
    assert (said.status, said.error, said.done, said.rle != "") == (
        JobStatus.FAILED, "its weights are missing", 1, True,
    )  # fmt: skip


def test_what_nobody_foresaw_is_said_without_its_inside(
    image: Image, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def burst(self: FakePredictor, masks: Any) -> Any:
        raise RuntimeError("secret inside")

    monkeypatch.setattr(FakePredictor, "assess", burst)
    ask(image, ada)

    answer_assessments_task()

    assert Assessment.objects.get().error == (
        "The model stopped on an unexpected error (RuntimeError); see the worker's log."
    )


def test_a_worker_without_the_network_s_packages_says_so(
    image: Image, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assessments, "can_judge", lambda: False)
    ask(image, ada)

    answer_assessments_task()

    said = Assessment.objects.get()
    assert (said.status, said.error) == (JobStatus.FAILED, assessments.NO_NETWORK)


def test_the_worker_shows_itself(image: Image, ada: User) -> None:
    assert not clicks_are_answered()

    answer_assessments_task()

    assert Heartbeat.objects.filter(name="interactive").exists()
    assert clicks_are_answered()


def test_the_promoted_model_is_loaded_before_the_first_click(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.undo()
    resident._judges.clear()
    resident._try_out.cache_clear()
    resident.warm()
    assert resident._judges == {}
    save_version(tmp_path / "small", small(), {})
    study = make_study()
    promote(study=study, version=register_version(directory=tmp_path / "small"), reason="The first.")

    resident.warm()
    resident.warm()

    assert (len(resident._judges), caplog.text) == (1, "")
    image = make_image(study, picture_bytes("PNG", 64, 48))
    ask(image, make_member(study, Role.MANAGER))
    answer_assessments_task()
    said = Assessment.objects.get()
    assert (said.status, said.error, sum(said.quality or [])) == (JobStatus.DONE, "", pytest.approx(1.0))
    resident._judges.clear()
    resident._try_out.cache_clear()


def test_a_click_waits_no_longer_than_it_must_for_a_model_that_is_on_its_way(
    image: Image, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(version: int) -> FakePredictor:
        raise NotHereError("The model is still on its way to this machine; ask again in some minutes.")

    monkeypatch.setattr(scenes, "predictor", away)
    ask(image, ada)

    answer_assessments_task()

    said = Assessment.objects.get()
    assert (said.status, said.done, said.rle != "") == (JobStatus.FAILED, 1, True)
    assert said.error == "The model is still on its way to this machine; ask again in some minutes."
