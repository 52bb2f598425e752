from datetime import timedelta

import pytest
from django.utils import timezone

from annotation.actions import assessments, jobs
from annotation.actions.assessments import prompt_of, request_assessment, store_judgement, store_mask, store_sentences
from annotation.actions.prelabels import Guess
from annotation.actions.versions import promote
from annotation.enums import JobStatus, Role
from annotation.errors import Conflict, InvalidInput
from annotation.masks import polygon_mask
from annotation.models import Assessment, Image, Study, User
from annotation.scales import SCALES, TOP_LEVEL
from tests.factories import make_image, make_member, make_study, make_version

pytestmark = pytest.mark.django_db
MASK = polygon_mask([(5, 5), (30, 5), (30, 30)], 64, 48)
GUESS = Guess(
    levels={scale: [1.0] + [0.0] * TOP_LEVEL[scale] for scale in SCALES}, undistorted=0.25, flags=["touches_border"]
)


@pytest.fixture
def study() -> Study:
    study = make_study()
    promote(study=study, version=make_version(), reason="The first.")
    return study


@pytest.fixture
def ada(study: Study) -> User:
    return make_member(study, Role.MANAGER)


@pytest.fixture
def image(study: Study) -> Image:
    return make_image(study)


def test_the_answer_comes_in_parts(study: Study, image: Image, ada: User) -> None:
    asked = request_assessment(study=study, of=image, clicks=[(10, 12, True), (0, 0, False)], by=ada)
    assert (asked.version, asked.status, prompt_of(asked)) == (
        study.active_version, JobStatus.QUEUED, ([(10, 12, True), (0, 0, False)], None),
    )  # fmt: skip
    claimed = jobs.claim(Assessment)
    assert claimed is not None
    seen = []

    store_mask(assessment=claimed, mask=MASK)
    seen.append(Assessment.objects.get())
    store_judgement(assessment=claimed, guess=GUESS)
    seen.append(Assessment.objects.get())
    store_sentences(assessment=claimed, sentences=["It is poor.", "It is\nessential."])
    seen.append(Assessment.objects.get())

    assert [(one.status, one.done, one.rle == MASK.rle, one.quality is not None) for one in seen] == [
        (JobStatus.RUNNING, 1, True, False),
        (JobStatus.RUNNING, 2, True, True),
        (JobStatus.DONE, 3, True, True),
    ]
    assert (seen[2].sentences, seen[2].undistorted, seen[2].flags) == (
        "It is poor.\nIt is essential.", 0.25, ["touches_border"],
    )  # fmt: skip
    assert (len(seen[2].quality or []), len(seen[2].distortions or [])) == (5, 36)


def test_a_box_is_as_good_as_clicks(study: Study, image: Image, ada: User) -> None:
    asked = request_assessment(study=study, of=image, box=(4, 5, 60, 43), by=ada)

    assert (prompt_of(asked), asked.clicks) == (([], (4, 5, 60, 43)), "")


@pytest.mark.parametrize(
    "prompt, message",
    [
        ({}, "either clicks or a box"),
        ({"clicks": [(1, 1, True)], "box": (1, 1, 9, 9)}, "either clicks or a box"),
        ({"clicks": [(1, 1, False)]}, "At least one click must be inside"),
        ({"clicks": [(64, 1, True)]}, "64,1 is outside the image of 64×48"),
        ({"clicks": [(1, 1, True)] * 51}, "At most 50 clicks are taken, not 51"),
        ({"box": (0, 0, 65, 1)}, "0,0,65,1 .* is not inside the image of 64×48"),
        ({"box": (-1, 0, 5, 5)}, "is not inside"),
        ({"box": (0, 0, 0, 5)}, "is not inside"),
    ],
)
def test_what_makes_no_sense_is_refused(
    study: Study, image: Image, ada: User, prompt: dict[str, object], message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        request_assessment(study=study, of=image, by=ada, **prompt)  # type: ignore[arg-type]
    assert Assessment.objects.count() == 0


def test_without_an_active_version_there_is_nobody_to_ask(ada: User) -> None:
    bare = make_study()

    with pytest.raises(Conflict, match="No model is active") as caught:
        request_assessment(study=bare, of=make_image(bare), clicks=[(1, 1, True)], by=ada)

    assert caught.value.code == "no_model"


def test_a_person_s_questions_do_not_pile_up(
    study: Study, image: Image, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assessments, "MOST_WAITING", 2)
    for _ in range(2):
        request_assessment(study=study, of=image, clicks=[(1, 1, True)], by=ada)

    with pytest.raises(Conflict, match="2 of your questions wait"):
        request_assessment(study=study, of=image, clicks=[(1, 1, True)], by=ada)

    request_assessment(study=study, of=image, clicks=[(1, 1, True)], by=make_member(study, Role.REVIEWER))
    jobs.fail(jobs.claim(Assessment), "x")
    request_assessment(study=study, of=image, clicks=[(1, 1, True)], by=ada)


def test_what_another_worker_took_over_is_left_to_it(study: Study, image: Image, ada: User) -> None:
    request_assessment(study=study, of=image, clicks=[(1, 1, True)], by=ada)
    first = jobs.claim(Assessment)
    assert first is not None
    Assessment.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=5))
    assert jobs.claim(Assessment) is not None

    with pytest.raises(jobs.JobStopped):
        store_mask(assessment=first, mask=MASK)

    assert Assessment.objects.get().rle == ""


def test_answers_are_forgotten_after_a_day(study: Study, image: Image, ada: User) -> None:
    old, new = (request_assessment(study=study, of=image, clicks=[(1, 1, True)], by=ada) for _ in range(2))
    Assessment.objects.filter(pk=old.pk).update(requested_at=timezone.now() - timedelta(hours=25))

    assert assessments.forget_assessments() == 1
    assert list(Assessment.objects.all()) == [new]
