import threading
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from annotation.actions import jobs
from annotation.actions.assessments import store_judgement, store_mask
from annotation.actions.versions import promote
from annotation.models import Assessment, Heartbeat, Image, Picture, Study, User
from tests.annotation.actions.test_assessments import GUESS, MASK
from tests.factories import make_image, make_study, make_version
from tests.pictures import picture_bytes
from tests.webapp.api.client import Api, error_of
from webapp.api import patience

pytestmark = pytest.mark.django_db
CLICK = [[20, 20, True]]
OUTSIDE = "The box 60,2,9,4 (x, y, width, height) is not inside the image of 64×48 pixels."


@pytest.fixture(autouse=True)
def model(study: Study) -> None:
    promote(study=study, version=make_version(name="tiny"), reason="The first.")


@pytest.fixture
def image(study: Study) -> Image:
    return make_image(study)


def test_a_click_is_asked_and_its_answer_comes_in_parts(image: Image, ada: User) -> None:
    Heartbeat.objects.create(name="interactive", beat_at=timezone.now())
    response = Api(ada).post("studies/birds/assessments", {"image": image.pk, "clicks": CLICK})
    asked = Assessment.objects.get()
    assert (response.status_code, response.json()) == (
        202,
        {
            "id": asked.pk, "image": image.pk, "picture": None, "version": "tiny", "status": "queued", "done": 0,
            "total": 3, "answered": True, "rle": "", "scales": {}, "undistorted": None, "flags": [], "sentences": [],
            "error": "",
        },
    )  # fmt: skip

    claimed = jobs.claim(Assessment)
    assert claimed is not None
    store_mask(assessment=claimed, mask=MASK)
    masked = Api(ada).get(f"assessments/{asked.pk}").json()
    store_judgement(assessment=claimed, guess=GUESS)
    judged = Api(ada).get(f"assessments/{asked.pk}").json()

    assert (masked["status"], masked["done"], masked["rle"], masked["scales"]) == ("running", 1, MASK.rle, {})
    assert judged["scales"]["quality"] == {
        "probabilities": [1.0, 0.0, 0.0, 0.0, 0.0], "mean": 0.0, "there": 1.0, "word": "bad",
    }  # fmt: skip
    assert judged["scales"]["blur"] == {
        "probabilities": [1.0, 0.0, 0.0, 0.0, 0.0, 0.0], "mean": 0.0, "there": 1.0, "word": "extreme",
    }  # fmt: skip
    assert (len(judged["scales"]), judged["undistorted"], judged["flags"]) == (8, 0.25, ["touches_border"])


@pytest.mark.parametrize(
    "body, message",
    [
        ({"clicks": CLICK}, "Give either image or picture, as a whole number."),
        ({"image": "1", "clicks": CLICK}, "Give either image or picture, as a whole number."),
        ({"image": 1, "picture": 1, "clicks": CLICK}, "Give either image or picture, as a whole number."),
        ({"image": True, "clicks": CLICK}, "Give either image or picture, as a whole number."),
        ({"image": None}, "Give either clicks or a box."),
        ({"image": None, "clicks": [[1.5, 2, True]]}, "clicks must be a list of [x, y, true or false] with whole numbers."),
        ({"image": None, "clicks": [[99, 2, True]]}, "The click 99,2 is outside the image of 64×48 pixels."),
        ({"image": None, "box": [1, 2, 3]}, "box must be [x, y, width, height] with whole numbers."),
        ({"image": None, "box": [1, 2, True, 4]}, "box must be [x, y, width, height] with whole numbers."),
        ({"image": None, "box": [60, 2, 9, 4]}, OUTSIDE),
        ({"image": None, "click": CLICK}, "Unknown: click. Known: image, picture, clicks, box."),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_explained(image: Image, ada: User, body: dict[str, object], message: str) -> None:
    sent = body | ({"image": image.pk} if "image" in body and body["image"] is None else {})

    response = Api(ada).post("studies/birds/assessments", sent)

    assert (response.status_code, response.json()["error"]["message"]) == (400, message)
    assert Assessment.objects.count() == 0


def test_an_image_of_another_study_is_not_there(ada: User) -> None:
    other = make_image(make_study(slug="other"))
    other.study.memberships.create(user=ada, role="manager")

    assert error_of(Api(ada).post("studies/birds/assessments", {"image": other.pk, "clicks": CLICK})) == (
        404, "not_found",
    )  # fmt: skip
    assert error_of(Api(ada).post("studies/birds/assessments", {"image": 10**30, "clicks": CLICK})) == (
        404,
        "not_found",
    )


def test_a_study_without_a_model_says_so(ada: User) -> None:
    bare = make_study(slug="bare")
    bare.memberships.create(user=ada, role="manager")

    response = Api(ada).post("studies/bare/assessments", {"image": make_image(bare).pk, "clicks": CLICK})

    assert error_of(response) == (409, "no_model")


def test_a_picture_is_brought_and_asked_about_by_its_owner_alone(study: Study, ada: User, dora: User) -> None:
    file = SimpleUploadedFile("mine.png", picture_bytes("PNG", 64, 48))
    response = Api(ada)("post", "studies/birds/pictures", data={"file": file})
    picture = Picture.objects.get()
    body = response.json()
    assert (response.status_code, body["id"], body["name"], body["width"], body["height"]) == (
        201, picture.pk, "mine.png", 64, 48,
    )  # fmt: skip

    question = {"picture": picture.pk, "box": [1, 2, 30, 40]}
    mine = Api(ada).post("studies/birds/assessments", question)
    hers = Api(dora).post("studies/birds/assessments", question)

    assert (mine.status_code, error_of(hers)) == (202, (404, "not_found"))
    assert Api(ada).get(f"assessments/{mine.json()['id']}").status_code == 200
    assert error_of(Api(dora).get(f"assessments/{mine.json()['id']}")) == (404, "not_found")


@pytest.mark.parametrize(
    "files, code",
    [
        ({}, "no_file"),
        ({"file": [SimpleUploadedFile("a.png", b"x"), SimpleUploadedFile("b.png", b"x")]}, "no_file"),
        ({"file": SimpleUploadedFile("a.svg", b"<svg xmlns='x'></svg>")}, "unfit"),
        ({"file": SimpleUploadedFile("a.png", b"x"), "study": "5"}, "unknown_field"),
    ],
)
def test_an_upload_that_is_no_picture_is_refused(study: Study, ada: User, files: dict[str, object], code: str) -> None:
    assert error_of(Api(ada)("post", "studies/birds/pictures", data=files)) == (400, code)
    assert Picture.objects.count() == 0


def test_a_picture_too_large_is_refused_unread(study: Study, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.api.pictures.MOST_BYTES", -60_000)
    file = SimpleUploadedFile("a.png", b"x" * 8000)

    assert error_of(Api(ada)("post", "studies/birds/pictures", data={"file": file})) == (413, "too_large")


def test_it_says_when_nobody_answers(image: Image, ada: User) -> None:
    asked = Api(ada).post("studies/birds/assessments", {"image": image.pk, "clicks": CLICK}).json()
    Heartbeat.objects.create(name="interactive", beat_at=timezone.now())
    later = Api(ada).get(f"assessments/{asked['id']}").json()

    assert (asked["answered"], later["answered"]) == (False, True)


@pytest.mark.parametrize("query", [{"wait": "2001"}, {"wait": "-1"}, {"wait": "1.5"}, {"after": "4"}, {"wait": "²"}])
def test_a_wait_that_makes_no_sense_is_refused(image: Image, ada: User, query: dict[str, str]) -> None:
    asked = Api(ada).post("studies/birds/assessments", {"image": image.pk, "clicks": CLICK}).json()

    assert error_of(Api(ada).get(f"assessments/{asked['id']}", query)) == (400, "bad_filter")


class Clock:
    """Stands for the module `time`: sleeping costs none, and `work` is done in the third sleep."""

    def __init__(self, work: Callable[[], None] = lambda: None) -> None:
        self.now, self.sleeps, self.work = 0.0, 0, work

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.sleeps += 1
        if self.sleeps == 3:
            self.work()


def test_waiting_ends_with_the_time_and_not_at_all_when_others_wait(
    image: Image, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Api(ada).post("studies/birds/assessments", {"image": image.pk, "clicks": CLICK}).json()
    passed = []
    for threads in (1, 0):
        clock = Clock()
        monkeypatch.setattr(patience, "time", clock)
        monkeypatch.setattr(patience, "_waiting", threading.BoundedSemaphore(1))
        if not threads:
            patience._waiting.acquire()
        assert Api(ada).get(f"assessments/{asked['id']}", {"wait": "600"}).json()["done"] == 0
        passed.append(clock.now)

    assert passed == [pytest.approx(0.6, abs=patience.LOOK_SECONDS), 0.0]


def test_waiting_ends_as_soon_as_there_is_more(study: Study, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    image = make_image(study)
    asked = Api(ada).post("studies/birds/assessments", {"image": image.pk, "clicks": CLICK}).json()
    claimed = jobs.claim(Assessment)
    assert claimed is not None
    clock = Clock(lambda: store_mask(assessment=claimed, mask=MASK))
    monkeypatch.setattr(patience, "time", clock)

    found = Api(ada).get(f"assessments/{asked['id']}", {"wait": "2000", "after": "0"}).json()

    assert (found["done"], found["rle"], clock.sleeps) == (1, MASK.rle, 3)


def test_somebody_who_oversees_no_more_gets_nothing(study: Study, image: Image, ada: User) -> None:
    asked = Api(ada).post("studies/birds/assessments", {"image": image.pk, "clicks": CLICK}).json()
    study.memberships.filter(user=ada).update(role="annotator")

    assert error_of(Api(ada).get(f"assessments/{asked['id']}")) == (404, "not_found")
