"""An annotator learns nothing of others' votes, of labels, of a proposer's scores, of image names, by any route."""

import json
from typing import Any

import pytest

from annotation.actions.leases import lease_next
from annotation.actions.seat_numbers import number_of
from annotation.models import Image, Region, Study, User
from tests.factories import cast, make_image, make_member, make_region
from tests.undoing import undone
from tests.webapp.api.client import Api, ballot
from tests.webapp.api.test_matrix import TABLE, World

pytestmark = pytest.mark.django_db
NAME, SCORE, MOS = "hidden-name-4711.png", 0.8714719, 3.1415926
SECRET_KEYS = {
    "annotator", "exposed_votes", "histogram", "interval", "mean", "name", "outside_mos", "prelabel", "region_level", "score",
    "seed", "sha256", "source", "split", "status", "username", "votes_wanted", "word",
}  # fmt: skip
MAY_SEE = {
    "get session": {"name", "username"},
    "post tokens": {"name"},
    "get tokens": {"name"},
    "get studies": {"name", "status"},
    "get studies/{slug}": {"name", "status"},
    "get studies/{slug}/anchors": {"word"},
}
"""Names of studies, of tokens and of oneself; the words of levels, which everybody knows."""


def keys_of(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {key for one in value.values() for key in keys_of(one)}
    return {key for one in value for key in keys_of(one)} if isinstance(value, list) else set()


def test_no_route_tells_an_annotator_what_others_said(study: Study, ben: User) -> None:
    world = World(study, ben)
    eve = make_member(study, name="eve-who-voted")
    cast(world.voted, eve, quality=1)
    Image.objects.update(name=NAME, outside_mos=MOS)
    Region.objects.update(score=SCORE)

    told = {}
    for row in [row for row in TABLE if row not in {"get schema", "post session"}]:
        method, _, route = row.partition(" ")
        with undone():
            response = Api(ben)(method, world.path(route), world.body(TABLE[row][0]))
            hashes = [image.sha256 for image in Image.objects.all()]
        if response.get("Content-Type") == "application/json":
            body = response.json()
            text = json.dumps(body)
            secrets = [one for one in (NAME, str(SCORE), str(MOS), "eve-who-voted", *hashes) if one in text]
            told[row] = (secrets, keys_of(body) & SECRET_KEYS - MAY_SEE.get(row, set()))

    assert told == dict.fromkeys(told, ([], set()))
    assert len(told) > 80


def test_an_annotator_s_votes_are_the_only_ones_listed(study: Study, ben: User) -> None:
    region = make_region(study)
    cast(region, make_member(study), quality=0)
    mine = cast(region, ben, quality=4)

    page = Api(ben).get("studies/birds/votes/mine").json()

    assert [(vote["id"], vote["opinion"]["quality"]) for vote in page["results"]] == [(mine.pk, 4)]


@pytest.mark.parametrize(
    "query",
    [
        {"annotator": "1"}, {"ordering": "region__label__quality_level"}, {"region__votes__quality": "4"},
        {"search": "png"}, {"fields": "region"}, {"expand": "image"}, {"format": "json"},
    ],
)  # fmt: skip
def test_no_filter_or_order_reaches_further(ben: User, query: dict[str, str]) -> None:
    assert Api(ben).get("studies/birds/votes/mine", query).status_code in {400, 404}


def test_no_error_tells_what_others_said(study: Study, ben: User) -> None:
    region = make_region(study, make_image(study, name=NAME))
    seat = lease_next(study=study, annotator=ben).assignment
    cast(region, make_member(study, name="eve-who-voted"), quality=1)
    lease = Api(ben).get(f"assignments/{number_of(seat.pk)}").json()["lease"]
    first = Api(ben).post("votes", ballot(lease))

    again = Api(ben).post("votes", ballot(lease))

    assert first.status_code == 201
    assert again.json() == {
        "error": {
            "code": "already_voted",
            "message": "You have voted on this region; take that vote back to vote anew.",
        }
    }


def test_the_order_of_pages_follows_only_one_s_own_votes(study: Study, ben: User) -> None:
    for _ in range(3):
        cast(make_region(study), ben)
    first = Api(ben).get("studies/birds/votes/mine", {"limit": "2"}).json()
    second = Api(ben).get(first["next"]).json()
    back = Api(ben).get(second["previous"]).json()

    assert [len(page["results"]) for page in (first, second, back)] == [2, 1, 2]
    assert (first["previous"], second["next"]) == (None, None)
    assert back["results"] == first["results"]
