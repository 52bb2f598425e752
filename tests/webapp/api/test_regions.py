import pytest

from annotation.enums import JobStatus
from annotation.models import Assignment, Image, Region, Sketch, Study, User
from tests.factories import cast, make_image, make_region
from tests.masks import rectangle_rle
from tests.webapp.api.client import Api, error_of

pytestmark = pytest.mark.django_db
SQUARE = [[10, 8], [50, 8], [50, 40], [10, 40]]


@pytest.fixture
def image(study: Study) -> Image:
    return make_image(study)


def test_a_polygon_becomes_a_region_with_seats(image: Image, ada: User) -> None:
    response = Api(ada).post(f"images/{image.pk}/regions", {"level": "object", "polygon": SQUARE})

    region = Region.objects.get()
    assert response.status_code == 201
    assert response.json() | {"created_at": "", "decided_at": ""} == {
        "id": region.pk,
        "image": image.pk,
        "rle": rectangle_rle(64, 48, 10, 8, 40, 32),
        "box": [10, 8, 40, 32],
        "area": 1280,
        "level": "object",
        "source": "drawn",
        "proposer": "",
        "score": 0.0,
        "status": "accepted",
        "decided_at": "",
        "created_at": "",
    }
    assert (region.drawn_by, Assignment.objects.count()) == (ada, 7)


def test_a_run_length_code_becomes_the_same_region(image: Image, ada: User) -> None:
    rle = rectangle_rle(64, 48, 10, 8, 40, 32)

    response = Api(ada).post(f"images/{image.pk}/regions", {"level": "component", "rle": rle})

    assert (response.status_code, response.json()["box"], response.json()["area"]) == (201, [10, 8, 40, 32], 1280)


@pytest.mark.parametrize(
    "body, message",
    [
        ({"level": "object"}, "Give the region either as polygon or as rle."),
        ({"level": "object", "polygon": SQUARE, "rle": "1"}, "Give the region either as polygon or as rle."),
        ({"level": "object", "polygon": SQUARE[:2]}, "polygon: Ensure this field has at least 3 elements."),
        (
            {"level": "object", "polygon": [*SQUARE, [65, 0]]},
            "Each point must be x, y inside the 64×48 image, not [65.0, 0.0].",
        ),
        (
            {"level": "object", "polygon": [*SQUARE, ["nan", 0]]},
            "polygon.4.0: A valid number is required.",
        ),
        (
            {"level": "object", "polygon": [[0, 0], [10, 0], [10, 10], [0, 10]]},
            "The region has 100 pixels; this study wants at least 1024.",
        ),
        ({"level": "whole", "polygon": SQUARE}, 'level: "whole" is not a valid choice.'),
        ({"level": "object", "rle": "???"}, "The mask's code does not describe the image's 3,072 pixels."),
        ({"level": "object", "rle": "PPPP"}, "The mask's code does not describe the image's 3,072 pixels."),
        ({"level": "object", "rle": "o" * 99}, "The mask's code is not COCO's compressed run-length code."),
        ({"level": "object", "rle": "é"}, "The mask's code is not COCO's compressed run-length code."),
        (
            {"level": "object", "rle": rectangle_rle(65, 48, 0, 0, 9, 9)},
            "The mask's code does not describe the image's 3,072 pixels.",
        ),
        ({"level": "object", "polygon": SQUARE, "status": "accepted"}, "Unknown: status. Known: level, polygon, rle."),
    ],
)
def test_a_region_that_makes_no_sense_is_refused_with_the_reason(
    image: Image, ada: User, body: dict[str, object], message: str
) -> None:
    response = Api(ada).post(f"images/{image.pk}/regions", body)

    assert response.status_code == 400
    assert response.json()["error"]["message"] == message
    assert Region.objects.count() == 0


def test_the_same_mask_twice_is_a_conflict(image: Image, ada: User) -> None:
    body = {"level": "object", "polygon": SQUARE}
    Api(ada).post(f"images/{image.pk}/regions", body)

    assert error_of(Api(ada).post(f"images/{image.pk}/regions", body)) == (409, "same_mask")


def test_a_manager_accepts_and_discards(study: Study, ada: User) -> None:
    region = make_region(study, accepted=False)

    accepted = Api(ada).put(f"regions/{region.pk}/decision", {"status": "accepted"})
    seats = Assignment.objects.count()
    discarded = Api(ada).put(f"regions/{region.pk}/decision", {"status": "discarded"})

    assert (accepted.json()["status"], seats) == ("accepted", 7)
    assert (discarded.json()["status"], Assignment.objects.count()) == ("discarded", 0)


def test_a_region_with_votes_stays(study: Study, ada: User, ben: User) -> None:
    region = make_region(study)
    cast(region, ben)

    assert error_of(Api(ada).put(f"regions/{region.pk}/decision", {"status": "discarded"})) == (409, "region_frozen")
    assert error_of(Api(ada).put(f"regions/{region.pk}/decision", {"status": "candidate"})) == (400, "invalid")


def test_clicks_become_a_sketch_that_a_worker_answers(image: Image, ada: User) -> None:
    asked = Api(ada).post(f"images/{image.pk}/sketches", {"clicks": [[20, 20, True], [1, 1, False]]})
    sketch = Sketch.objects.get()
    Sketch.objects.update(status=JobStatus.DONE, rle="abc")

    assert asked.status_code == 202
    assert asked.json() == {"id": sketch.pk, "image": image.pk, "status": "queued", "rle": "", "error": ""}
    assert (sketch.clicks, sketch.requested_by) == ("20,20,+\n1,1,-", ada)
    assert Api(ada).get(f"sketches/{sketch.pk}").json() == asked.json() | {"status": "done", "rle": "abc"}


@pytest.mark.parametrize(
    "clicks", [None, [], [[1, 2]], [[1, 2, 1]], [[1.5, 2, True]], [[1, 2, False]], [[64, 0, True]], [[1, 1, True]] * 51]
)
def test_clicks_that_make_no_sense_are_refused(image: Image, ada: User, clicks: object) -> None:
    assert error_of(Api(ada).post(f"images/{image.pk}/sketches", {"clicks": clicks})) == (400, "invalid")
    assert Sketch.objects.count() == 0


def test_an_overseer_gets_the_original_bytes(study: Study, dora: User) -> None:
    image = make_image(study, b"bytes", name="robin.png")

    facts, file = Api(dora).get(f"images/{image.pk}"), Api(dora).get(f"images/{image.pk}/file")

    assert (facts.json()["name"], facts.json()["sha256"]) == ("robin.png", image.sha256)
    assert (file.getvalue(), file["X-Content-Type-Options"]) == (b"bytes", "nosniff")


@pytest.mark.parametrize("wanted", ["image/*", "image/png", "application/octet-stream", "", "text/html"])
def test_a_file_is_what_it_is_whatever_is_asked_for(study: Study, dora: User, wanted: str) -> None:
    image = make_image(study)

    file = Api(dora)("get", f"images/{image.pk}/file", HTTP_ACCEPT=wanted)
    missing = Api(dora)("get", "images/0/file", HTTP_ACCEPT=wanted)

    assert (file.status_code, file["Content-Type"], error_of(missing)) == (200, "image/png", (404, "not_found"))
