"""The list of regions: found, chosen, and decided together."""

import pytest

from annotation.enums import Role
from annotation.models import Region, SeatRequest
from tests.factories import make_member, make_region, make_study
from tests.webapp.pages.cast import Cast, client_of

pytestmark = pytest.mark.django_db
PATH = "/studies/gulls/labels/regions"


def told(scene: Cast, **body: object) -> tuple[str, str]:
    """Where it leads, and what is said there."""
    answer = client_of(scene.people["manager"]).post(f"{PATH}/decide", body, follow=True)
    return answer.redirect_chain[-1][0], " ".join(str(one) for one in answer.context["messages"])


def test_a_search_is_in_the_address_and_shown_as_chosen(scene: Cast) -> None:
    answer = client_of(scene.people["reviewer"]).get(f"{PATH}?state=settled&quality=3&name=gull&order=best&extra=1")

    assert [row.region.pk for row in answer.context["rows"]] == [scene.region.pk]
    assert answer.context["rows"][0].words == [("quality", "good"), ("importance", "normal")]
    assert answer.context["query"] == "name=gull&state=settled&quality=3&order=best"
    assert "Ask for more votes" not in answer.content.decode()  # reviewers look


def test_the_lowest_level_is_sought_on_the_next_page_too(scene: Cast) -> None:
    answer = client_of(scene.people["manager"]).get(f"{PATH}?quality=0&importance=0&remarks=1")

    assert answer.context["query"] == "quality=0&importance=0&remarks=1&order=image"


def test_more_votes_for_the_chosen_ones(scene: Cast) -> None:
    fresh = make_region(scene.study)

    where, words = told(scene, region=[scene.region.pk, fresh.pk], verb="ask", seats="3", next=f"{PATH}?state=settled")

    assert (where, words) == (
        f"{PATH}?state=settled", "More votes asked for: 3, on regions: 1. Left as they are: 1.",
    )  # fmt: skip
    assert SeatRequest.objects.get().region_id == scene.region.pk
    page = client_of(scene.people["reviewer"]).get(f"/studies/gulls/labels/disputes/{scene.region.pk}")
    assert '<span class="help">a person asked for them</span>' in page.content.decode()


def test_the_chosen_ones_leave_the_study(scene: Cast) -> None:
    fresh = [make_region(scene.study).pk for _ in range(2)]

    where, words = told(scene, region=fresh, verb="discard", next="https://example.org/")

    assert (where, words) == (PATH, "Regions taken out of the study: 2.")
    assert Region.objects.filter(pk__in=fresh, status="discarded").count() == 2


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "Choose what is to be done with the regions."),
        ({"verb": "discard"}, "Choose 1 to 500 regions, not 0."),
        ({"verb": "ask", "seats": "many", "region": "1"}, "Ask for 1 to 10 more votes on each region, not 0."),
        ({"verb": "discard", "region": ["x", "999999"]}, "Some of these regions are not in this study."),
    ],
)
def test_what_makes_no_sense_is_said(scene: Cast, body: dict[str, object], words: str) -> None:
    assert told(scene, **body) == (PATH, words)


def test_a_study_without_regions_leads_to_its_images_and_asks_for_no_filter() -> None:
    study = make_study(slug="terns")
    client = client_of(make_member(study, Role.MANAGER))

    nothing, nobody = (
        client.get(f"/studies/terns/labels/regions{query}").content.decode() for query in ("", "?name=x")
    )

    assert ("No regions yet" in nothing, 'class="filters' in nothing) == (True, False)
    assert ("No region is like that." in nobody, 'class="filters' in nobody) == (True, True)
