import json
import re

import pytest

from annotation.models import Image
from tests.factories import make_image, make_region
from tests.webapp.pages.cast import client_of, make_cast
from tests.webapp.pages.test_studies import queries_of

pytestmark = pytest.mark.django_db


def test_the_page_carries_the_regions_accepted_first() -> None:
    scene = make_cast()

    page = client_of(scene.people["reviewer"]).get(f"/studies/gulls/images/{scene.image.pk}").content.decode()

    data = json.loads(re.findall(r'<script id="regions-data" type="application/json">(.*?)</script>', page)[0])
    assert [(one["id"], one["status"], one["box"]) for one in data] == [
        (scene.region.pk, "accepted", [10, 8, 40, 32]),
        (scene.candidate.pk, "candidate", [10, 8, 40, 32]),
    ]


def test_the_page_costs_the_same_with_more_regions() -> None:
    scene = make_cast()
    client, path = client_of(scene.people["reviewer"]), f"/studies/gulls/images/{scene.image.pk}"
    before = queries_of(client, path)
    for x in (11, 12):
        make_region(scene.study, scene.image, x=x)

    assert queries_of(client, path) == before


def test_neighbours_follow_the_name_and_then_the_id() -> None:
    scene = make_cast()
    twin = make_image(scene.study, name="herring gull.png")
    first = make_image(scene.study, name="auk.png")
    client = client_of(scene.people["manager"])

    assert [
        _around(client.get(f"/studies/gulls/images/{pk}").content.decode())
        for pk in (first.pk, scene.image.pk, twin.pk)
    ] == [
        [("next", scene.image.pk)],
        [("prev", first.pk), ("next", twin.pk)],
        [("prev", scene.image.pk)],
    ]


def test_neighbours_count_numbers_in_names_as_numbers() -> None:
    scene = make_cast()
    tenth, second, ninth = (make_image(scene.study, name=f"tern{number}.png") for number in (10, 2, 9))
    client = client_of(scene.people["manager"])

    assert [
        _around(client.get(f"/studies/gulls/images/{image.pk}").content.decode()) for image in (second, ninth, tenth)
    ] == [
        [("prev", scene.image.pk), ("next", ninth.pk)],
        [("prev", second.pk), ("next", tenth.pk)],
        [("prev", ninth.pk)],
    ]


def test_undecided_leads_to_the_first_image_with_something_to_decide() -> None:
    scene = make_cast()
    client = client_of(scene.people["manager"])

    assert client.get("/studies/gulls/images/undecided")["Location"] == f"/studies/gulls/images/{scene.image.pk}"
    scene.candidate.status = "discarded"
    scene.candidate.save()
    assert client.get("/studies/gulls/images/undecided")["Location"] == "/studies/gulls/images"


def test_a_failed_proposal_is_shown_and_tried_again() -> None:
    scene = make_cast()
    Image.objects.filter(pk=scene.image.pk).update(proposal_error="It is all one colour.", proposal_attempts=3)
    client, path = client_of(scene.people["manager"]), f"/studies/gulls/images/{scene.image.pk}"
    assert b"Proposals failed: It is all one colour." in client.get(path).content

    client.post(f"{path}/again")

    scene.image.refresh_from_db()
    assert (scene.image.proposal_error, scene.image.proposal_attempts) == ("", 0)


def _around(page: str) -> list[tuple[str, int]]:
    return [(rel, int(pk)) for rel, pk in re.findall(r'rel="(prev|next)" href="/studies/gulls/images/(\d+)"', page)]
