"""The list of regions: searched, chosen with one tick, and more votes asked for."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from annotation.enums import Role
from annotation.models import SeatRequest, Study, User
from tests.browser.axe import in_both_schemes
from tests.browser.conftest import SignIn
from tests.browser.scenes import rated_picture
from tests.browser.waiting import follow
from tests.factories import cast, make_member, make_study

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def study() -> Study:
    """Three regions with their one vote, one without."""
    study = make_study(name="Gulls", slug="gulls", votes_wanted=1)
    ben = make_member(study, name="ben")
    for level in range(3):
        cast(rated_picture(study, level + 1), ben, blur=level, quality=level)
    rated_picture(study, 4)
    return study


@pytest.fixture
def ada(study: Study) -> User:
    return make_member(study, Role.MANAGER, "ada")


@pytest.fixture
def page(open_as: SignIn, live_server: LiveServer, ada: User) -> Page:
    page = open_as(ada)
    page.goto(f"{live_server.url}/studies/gulls/labels/agreement")
    follow(page.get_by_role("link", name="Regions", exact=True))
    return page


def test_regions_are_searched_chosen_and_decided_together(page: Page) -> None:
    rows, ask = page.locator(".found-regions tbody tr"), page.get_by_role("button", name="Ask for more votes")
    expect(rows).to_have_count(4)
    expect(ask).to_be_disabled()
    assert in_both_schemes(page, "the list of regions") == []

    page.locator("[name=state]").select_option("settled")
    follow(page.get_by_role("button", name="Show"))
    expect(rows).to_have_count(3)
    page.get_by_label("All on this page").check()
    rows.first.get_by_role("checkbox").uncheck()
    expect(page.locator("[data-count]")).to_have_text("2 / 3")
    assert in_both_schemes(page, "some are chosen") == []
    ask.click()

    expect(page.get_by_text("More votes asked for: 4, on regions: 2.")).to_be_visible()
    expect(page.locator("[name=state]")).to_have_value("settled")
    expect(ask).to_be_disabled()
    assert SeatRequest.objects.count() == 2
