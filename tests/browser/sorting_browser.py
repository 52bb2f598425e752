"""Tables put into another order by the heads of their columns; moments in the reader's hours."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from annotation.enums import Role
from tests.browser.conftest import SignIn
from tests.browser.scenes import rated_picture
from tests.factories import cast, make_member, make_study

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def overview(open_as: SignIn, live_server: LiveServer) -> Page:
    """Of three people with two, one and no votes."""
    study = make_study(slug="gulls", votes_wanted=1)
    for number, name in enumerate(["ben", "cleo", "dora"]):
        rater = make_member(study, name=name)
        for picture in range(number):
            cast(rated_picture(study, 10 * number + picture), rater)
    page = open_as(make_member(study, Role.MANAGER, "ada"))
    page.goto(f"{live_server.url}/studies/gulls")
    return page


def names(page: Page) -> list[str]:
    return page.locator("[data-sorts] tbody th").all_inner_texts()


def test_a_click_sorts_and_another_turns_round(overview: Page) -> None:
    head = overview.get_by_role("columnheader", name="Votes", exact=True)

    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    most_first = names(overview)
    head.get_by_role("button").press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")

    assert (most_first, names(overview)) == (["dora", "cleo", "ben"], ["ben", "cleo", "dora"])


def test_what_is_missing_stays_at_the_end(overview: Page) -> None:
    head = overview.get_by_role("columnheader", name="Median time")

    ends = []
    for _ in range(2):
        head.get_by_role("button").click()
        ends.append(names(overview)[-1])

    assert ends == ["ben", "ben"]
    overview.get_by_role("columnheader", name="Annotator").get_by_role("button").click()
    assert names(overview) == ["ben", "cleo", "dora"]
    expect(overview.locator("th[aria-sort]")).to_have_count(1)


def test_a_moment_that_is_pointed_at_says_the_readers_hour(overview: Page) -> None:
    moment = overview.locator("time").first

    moment.hover()

    said = (
        "(one) => new Intl.DateTimeFormat('en', {dateStyle: 'full', timeStyle: 'long'}).format(new Date(one.dateTime))"
    )
    expect(moment).to_have_attribute("title", moment.evaluate(said))
