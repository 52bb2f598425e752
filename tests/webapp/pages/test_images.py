import re

import pytest
from django.test import Client

from annotation.enums import Role
from annotation.models import Image, Study
from tests.annotation.actions.sitters import make_gold
from tests.factories import cast, make_image, make_member, make_region, make_study
from tests.webapp.pages.cast import client_of
from tests.webapp.pages.test_studies import queries_of
from webapp.pages import images

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    study = make_study(slug="gulls")
    undecided = make_image(study, name="a one.jpg", split="train", proposed_at="2026-01-01T00:00Z")
    make_region(study, undecided, accepted=False)
    decided = make_image(study, name="b two.jpg", split="test", proposed_at="2026-01-01T00:00Z")
    make_region(study, decided)
    make_image(study, name="c waiting.png", split="test")
    make_image(study, name="d failed.png", split="train", proposal_error="It is all one colour.")
    return study


@pytest.fixture
def client(study: Study) -> Client:
    return client_of(make_member(study, Role.REVIEWER))


def names(client: Client, query: str) -> list[str]:
    return re.findall(r'class="tile-name">([^<]+)<', client.get(f"/studies/gulls/images{query}").content.decode())


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["a one.jpg", "b two.jpg", "c waiting.png", "d failed.png"]),
        ("?name=JPG", ["a one.jpg", "b two.jpg"]),
        ("?split=test", ["b two.jpg", "c waiting.png"]),
        ("?state=waiting", ["c waiting.png"]),
        ("?state=failed", ["d failed.png"]),
        ("?state=undecided", ["a one.jpg"]),
        ("?state=empty&split=train", ["a one.jpg", "d failed.png"]),
        ("?order=recent", ["d failed.png", "c waiting.png", "b two.jpg", "a one.jpg"]),
        ("?order=undecided", ["a one.jpg", "b two.jpg", "c waiting.png", "d failed.png"]),
        ("?name=%00&split=x&state=y&page=z", ["a one.jpg", "b two.jpg", "c waiting.png", "d failed.png"]),
    ],
)
def test_the_grid_is_filtered(client: Client, query: str, found: list[str]) -> None:
    assert names(client, query) == found


def test_the_grid_has_pages_that_keep_the_filter(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "PER_PAGE", 1)

    page = client.get("/studies/gulls/images?split=test").content.decode()

    assert 'href="?split=test&amp;order=name&amp;page=2"' in page
    assert names(client, "?split=test&page=2") == ["c waiting.png"]


def test_the_grid_costs_the_same_with_more_images(client: Client, study: Study) -> None:
    before = queries_of(client, "/studies/gulls/images")
    for _ in range(3):
        make_region(study)

    assert queries_of(client, "/studies/gulls/images") == before


def test_only_a_manager_is_offered_the_upload(client: Client, study: Study) -> None:
    manager = client_of(make_member(study, Role.MANAGER))

    pages = [one.get("/studies/gulls/images").content for one in (client, manager)]

    assert [b'id="drop"' in page for page in pages] == [False, True]


def told(client: Client, **body: object) -> tuple[str, str]:
    """Where it leads, and what is said there."""
    answer = client.post("/studies/gulls/images/decide", body, follow=True)
    return answer.redirect_chain[-1][0], " ".join(str(one) for one in answer.context["messages"])


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        ("accept", "Images whose undecided regions are in the study now: 1. Left as they are: 3."),
        (
            "discard",
            "Images taken out of the study: 2. Left as they are: 2. Without any region: 2; nobody is asked about them. "
            "Regions discarded: 2.",
        ),
        ("propose", "Images for which regions are proposed again: 1. Left as they are: 3."),
        ("eat", "Choose what is to be done with the images."),
    ],
)
def test_the_chosen_ones_are_decided_about(study: Study, verb: str, words: str) -> None:
    manager, then = client_of(make_member(study, Role.MANAGER)), "/studies/gulls/images?split=test"
    ids = list(Image.objects.filter(study=study).values_list("pk", flat=True))

    assert told(manager, image=ids, verb=verb, next=then) == (then, words)


def test_none_chosen_and_another_study_s_are_said(study: Study) -> None:
    manager, foreign = client_of(make_member(study, Role.MANAGER)), make_image(make_study())

    assert told(manager, verb="discard") == ("/studies/gulls/images", "Choose 1 to 500 images, not 0.")
    assert told(manager, verb="discard", image=[foreign.pk])[1] == "Some of these images are not in this study."


def test_only_a_manager_can_choose(client: Client, study: Study) -> None:
    manager = client_of(make_member(study, Role.MANAGER))

    pages = [one.get("/studies/gulls/images").content.decode() for one in (client, manager)]

    assert [page.count("data-one") for page in pages] == [0, 4]
    assert client.post("/studies/gulls/images/decide", {"verb": "discard"}).status_code == 403


def test_a_study_without_images_asks_for_no_filter() -> None:
    study = make_study(slug="terns")

    page = client_of(make_member(study, Role.MANAGER)).get("/studies/terns/images").content.decode()

    assert ("No images yet" in page, 'class="filters' in page, "Review undecided" in page) == (True, False, False)


def test_why_an_image_is_left_and_what_one_can_do_instead(study: Study) -> None:
    ada, dora = make_member(study, Role.MANAGER), make_member(study)
    voted, known, bare, gone = make_region(study), make_gold(study), make_image(study), make_region(study)
    cast(voted, dora)
    ids = [voted.image_id, known.image_id, bare.pk, gone.image_id]

    answer = client_of(ada).post("/studies/gulls/images/decide", {"verb": "discard", "image": ids}, follow=True)

    (said,) = [str(one) for one in answer.context["messages"]]
    assert said == (
        "Images taken out of the study: 1. Left as they are: 3. With votes: 1; what people said is kept. Exports name each "
        "label’s image, so it can be left out there. With a known answer: 1; take that out of use first, under Guidelines. "
        "Without any region: 1; nobody is asked about them. Regions discarded: 1."
    )
