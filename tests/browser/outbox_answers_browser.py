"""Answers that are none of the server's: a portal's page, a proxy's words, one that broke off. Nothing is done upon them."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from annotation.models import Vote
from tests.browser.conftest import SignIn, Watch
from tests.browser.outbox_browser import begin, rate

pytestmark = pytest.mark.django_db(transaction=True)

PORTAL: dict[str, Any] = {"content_type": "text/html", "body": "<html>Please accept the terms.</html>"}
JSON: dict[str, Any] = {"content_type": "application/json"}
NOT_OURS = {
    "a portal's page": PORTAL,
    "half an answer": JSON | {"status": 201, "body": '{"id": 1, "created": tr'},
    "nothing": {"status": 204},
    "a portal's JSON": JSON | {"body": '{"status": "terms"}'},
    "a proxy's refusal": JSON | {"status": 403, "body": '{"error": "Forbidden"}'},
}


def answer_all_with(page: Page, where: str, answer: dict[str, Any]) -> None:
    page.route(where, lambda route: route.fulfill(**answer))


@pytest.mark.parametrize("answer", NOT_OURS.values(), ids=NOT_OURS)
def test_a_vote_waits_until_the_server_itself_has_answered(
    open_as: SignIn, live_server: LiveServer, watch: Watch, answer: dict[str, Any]
) -> None:
    page, _ = begin(open_as, live_server, watch)
    answer_all_with(page, "**/api/v1/votes", answer)

    rate(page, 3)
    expect(page.locator("#saved")).to_have_text("Offline, 1 waiting")
    assert Vote.objects.count() == 0
    page.unroute("**/api/v1/votes")
    page.reload()  # the browser's database has it, too

    expect(page.locator("#answers")).to_be_visible()  # until then it says "Saved" and has not looked
    expect(page.locator("#saved")).to_have_text("Saved")
    assert list(Vote.objects.values_list("quality", flat=True)) == [3]


def test_a_stored_vote_whose_answer_broke_off_is_no_second_one(
    open_as: SignIn, live_server: LiveServer, watch: Watch
) -> None:
    page, _ = begin(open_as, live_server, watch)
    page.route(
        "**/api/v1/votes",
        lambda route: route.fulfill(status=201, content_type="application/json", body=route.fetch().text()[:-5]),
        times=1,
    )

    with page.expect_response(lambda answer: answer.url.endswith("/votes") and answer.status == 200):  # as one it has
        rate(page, 2)

    expect(page.locator("#saved")).to_have_text("Saved")
    assert list(Vote.objects.values_list("quality", flat=True)) == [2]


def test_a_way_to_the_sign_in_page_is_the_end_of_the_session(
    open_as: SignIn, live_server: LiveServer, watch: Watch
) -> None:
    page, _ = begin(open_as, live_server, watch)
    answer_all_with(page, "**/api/v1/votes", {"status": 302, "headers": {"Location": "/sign-in"}})

    rate(page, 4)

    expect(page.locator("#signed-out")).to_be_visible()
    expect(page.locator("#saved")).to_have_text("Offline, 1 waiting")


def test_a_vote_is_taken_back_by_the_server_alone(open_as: SignIn, live_server: LiveServer, watch: Watch) -> None:
    page, _ = begin(open_as, live_server, watch)
    rate(page, 1)
    expect(page.locator("#answers input:checked")).to_have_count(0)
    expect(page.locator("#saved")).to_have_text("Saved")
    answer_all_with(page, "**/retraction", PORTAL)

    page.keyboard.press("z")

    expect(page.locator("#notice")).to_have_text("The server is away; your vote stays as it is.")
    expect(page.locator("#answers input:checked")).to_have_count(0)
    assert Vote.objects.get().retracted_at is None
