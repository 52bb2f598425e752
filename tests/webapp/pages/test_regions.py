import numpy as np
import pytest
from django.test import Client

from annotation.actions.sketches import answer_sketch
from annotation.masks import encode_mask
from annotation.models import Region, Sketch
from tests.webapp.pages.cast import Cast, client_of

pytestmark = pytest.mark.django_db
SQUARE = [[5, 5], [45, 5], [45, 45], [5, 45]]


@pytest.fixture
def client(scene: Cast) -> Client:
    return client_of(scene.people["manager"])


def post(client: Client, path: str, body: object) -> tuple[int, dict[str, object]]:
    answer = client.post(path, body, content_type="application/json", headers={"accept": "application/json"})
    return answer.status_code, answer.json()


def test_accepting_and_discarding_answer_with_the_region(client: Client, scene: Cast) -> None:
    path = f"/studies/gulls/regions/{scene.candidate.pk}"

    got = [post(client, f"{path}/{verb}", {}) for verb in ("accept", "accept", "discard")]

    assert [(status, body["status"]) for status, body in got] == [
        (200, "accepted"),
        (200, "accepted"),
        (200, "discarded"),
    ]
    voted = post(client, f"/studies/gulls/regions/{scene.region.pk}/discard", {})
    assert (voted[0], voted[1]["error"]) == (
        409, {"code": "region_frozen", "message": "Somebody has voted on this region, so it stays in the study."},
    )  # fmt: skip


def test_a_polygon_becomes_an_accepted_region(client: Client, scene: Cast) -> None:
    status, body = post(
        client, f"/studies/gulls/images/{scene.image.pk}/regions", {"points": SQUARE, "level": "component"}
    )

    region = Region.objects.latest("pk")
    assert (status, body["id"], body["area"]) == (201, region.pk, 40 * 40)
    assert (region.level, region.source, region.status, region.drawn_by) == (
        "component", "drawn", "accepted", scene.people["manager"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"points": SQUARE[:2]}, "A polygon needs at least three points."),
        ({"points": [[1, 1], [4, 1], [4, 2]]}, "The region has 2 pixels; this study wants at least 1024."),
        ({"points": "x"}, "points must be a list of at most 2000 pairs."),
        ({"points": [[1], [2], [3]]}, "Each point must be a pair of numbers."),
        ({"points": [["a", 1]] * 3}, "Each point must be a pair of numbers."),
        ({"points": SQUARE, "level": "galaxy"}, "The level must be object or component, not 'galaxy'."),
        ({"points": [[900, 900], [990, 900], [900, 990]]}, "A mask needs at least one pixel."),
        ([], "The body must be a JSON object."),
    ],
)
def test_a_polygon_that_makes_no_sense_is_explained(client: Client, scene: Cast, body: object, message: str) -> None:
    before = Region.objects.count()

    status, answer = post(client, f"/studies/gulls/images/{scene.image.pk}/regions", body)

    assert (status, answer["error"]["message"]) == (400, message)  # type: ignore[index]
    assert Region.objects.count() == before


def test_numbers_that_are_none_are_refused(client: Client, scene: Cast) -> None:
    for number in ("NaN", "Infinity", "-1e300", "9" * 400, "true"):
        for what, body in (("regions", f'{{"points": [[{number}, 1], [2, 2], [3, 1]]}}'),
                           ("sketches", f'{{"clicks": [[{number}, 1, true]]}}')):  # fmt: skip
            answer = client.post(
                f"/studies/gulls/images/{scene.image.pk}/{what}", body, content_type="application/json"
            )
            assert answer.status_code == 400


def test_a_body_that_breaks_off_is_refused(client: Client, scene: Cast) -> None:
    answer = client.post(f"/studies/gulls/images/{scene.image.pk}/regions", "{", content_type="application/json")

    assert answer.status_code == 400


def test_clicks_become_a_sketch_that_is_polled_and_taken(client: Client, scene: Cast) -> None:
    status, body = post(
        client, f"/studies/gulls/images/{scene.image.pk}/sketches", {"clicks": [[12, 13, True], [1, 2, False]]}
    )
    sketch = Sketch.objects.latest("pk")
    assert (status, body) == (201, {"id": sketch.pk, "status": "queued", "rle": "", "error": ""})
    assert sketch.points() == [(12, 13, True), (1, 2, False)]

    pixels = np.zeros((48, 64), dtype=bool)
    pixels[4:44, 8:48] = True
    answer_sketch(sketch=sketch, mask=encode_mask(pixels))

    polled = client.get(f"/studies/gulls/sketches/{sketch.pk}").json()
    status, body = post(client, f"/studies/gulls/sketches/{sketch.pk}/take", {"level": "object"})

    assert (polled["status"], polled["rle"] != "") == ("done", True)
    assert (status, body["box"], body["area"]) == (201, [8, 4, 40, 40], 1600)
    assert Region.objects.latest("pk").proposer == "click"


@pytest.mark.parametrize("clicks", [[], "x", [[1, 2, False]], [[99, 2, True]], [[1, 2]], [["a", 1, True]]])
def test_clicks_that_make_no_sense_are_refused(client: Client, scene: Cast, clicks: object) -> None:
    assert post(client, f"/studies/gulls/images/{scene.image.pk}/sketches", {"clicks": clicks})[0] == 400
    assert Sketch.objects.count() == 1


def test_an_unanswered_sketch_is_not_taken(client: Client, scene: Cast) -> None:
    assert post(client, f"/studies/gulls/sketches/{scene.sketch.pk}/take", {})[0] == 409
