"""Votes survive a server that is away, an answer that is lost, and a session that ends."""

import pytest
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from annotation.models import Assignment, Study, Vote
from tests.browser.conftest import SignIn, Watch, sign_in
from tests.browser.rating_browser import open_screen, study_with
from tests.browser.waiting import until, until_next_is_held
from tests.factories import PASSWORD, cast, make_member

pytestmark = pytest.mark.django_db(transaction=True)


def rate(page: Page, level: int) -> None:
    """A region without an answer: until it is on screen, keys are about none."""
    expect(page.locator("#answers input:checked")).to_have_count(0)
    for _ in range(8):
        page.keyboard.press(str(level))
    expect(page.locator("#answers input:checked")).to_have_count(8)
    page.keyboard.press("Enter")


def begin(open_as: SignIn, live_server: LiveServer, watch: Watch) -> tuple[Page, Study]:
    watch.expected.append("Failed to load resource")
    study = study_with(3)
    page = open_as(make_member(study))
    with until_next_is_held(page):
        open_screen(page, live_server, study)
    return page, study


def test_a_vote_waits_for_the_server_and_arrives_once(open_as: SignIn, live_server: LiveServer, watch: Watch) -> None:
    page, _ = begin(open_as, live_server, watch)
    page.route("**/api/v1/**", lambda route: route.abort("connectionrefused"))

    rate(page, 1)
    expect(page.locator("#saved")).to_have_text("Offline, 1 waiting")
    expect(page.locator("#answers")).to_be_visible()
    rate(page, 2)
    expect(page.locator("#saved")).to_have_text("Offline, 2 waiting")
    expect(page.locator("[data-screen=away]")).to_be_visible()
    assert Vote.objects.count() == 0

    page.unroute("**/api/v1/**")
    page.evaluate("window.dispatchEvent(new Event('online'))")

    expect(page.locator("#saved")).to_have_text("Saved")
    expect(page.locator("#answers")).to_be_visible()
    assert sorted(Vote.objects.values_list("quality", flat=True)) == [1, 2]


def test_fast_fingers_and_a_slow_server_never_meet_a_region_twice(
    open_as: SignIn, live_server: LiveServer, watch: Watch
) -> None:
    study = study_with(5)
    page = open_as(make_member(study))

    def slowly(route: Route) -> None:
        answer = route.fetch()
        page.wait_for_timeout(150)
        route.fulfill(response=answer)

    page.route("**/assignments", slowly)
    open_screen(page, live_server, study)

    for _ in range(5):
        expect(page.locator("#answers")).to_be_visible()
        expect(page.locator("#answers input:checked")).to_have_count(0)
        rate(page, 3)

    expect(page.locator("[data-screen=all_done]")).to_be_visible()
    assert Vote.objects.values("region").distinct().count() == Vote.objects.count() == 5


def test_votes_in_the_outbox_survive_a_reload(open_as: SignIn, live_server: LiveServer, watch: Watch) -> None:
    page, _ = begin(open_as, live_server, watch)
    page.route("**/api/v1/votes", lambda route: route.abort("connectionrefused"))
    rate(page, 3)
    expect(page.locator("#saved")).to_have_text("Offline, 1 waiting")

    page.unroute("**/api/v1/votes")
    page.reload()

    expect(page.locator("#answers")).to_be_visible()  # until then it says "Saved" and has not looked
    expect(page.locator("#saved")).to_have_text("Saved")
    expect(page.locator("#answers input:checked")).to_have_count(0)
    assert list(Vote.objects.values_list("quality", flat=True)) == [3]


def test_a_lost_answer_makes_no_second_vote(open_as: SignIn, live_server: LiveServer, watch: Watch) -> None:
    page, _ = begin(open_as, live_server, watch)
    seen: list[str] = []

    def lose_the_first_answer(route: Route) -> None:
        seen.append(str(route.request.post_data_json["idempotency_key"]))
        if len(seen) == 1:
            route.fetch()
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/api/v1/votes", lose_the_first_answer)
    with page.expect_response("**/api/v1/votes"):  # the first has none
        rate(page, 2)

    expect(page.locator("#saved")).to_have_text("Saved")
    assert len(seen) == 2
    assert seen[0] == seen[1]
    assert Vote.objects.count() == 1


def test_signing_in_again_in_place_loses_nothing(open_as: SignIn, live_server: LiveServer, watch: Watch) -> None:
    page, study = begin(open_as, live_server, watch)
    ben = study.memberships.get().user
    page.context.clear_cookies()

    rate(page, 4)
    expect(page.locator("#signed-out")).to_be_visible()
    expect(page.locator("#signed-out [name=password]")).to_be_focused()
    assert Vote.objects.count() == 0

    page.keyboard.type("not my password")
    page.keyboard.press("Enter")
    expect(page.locator("#signed-out [role=alert]")).to_have_text("The password is wrong.")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.locator("#signed-out")).to_be_hidden()
    expect(page.locator("#saved")).to_have_text("Saved")
    expect(page.locator("#answers input:checked")).to_have_count(0)
    rate(page, 2)
    expect(page.locator("#saved")).to_have_text("Saved")
    assert list(Vote.objects.order_by("pk").values_list("annotator", "quality")) == [(ben.pk, 4), (ben.pk, 2)]


def test_signing_in_again_in_another_tab_is_noticed(open_as: SignIn, live_server: LiveServer, watch: Watch) -> None:
    page, study = begin(open_as, live_server, watch)
    ben = study.memberships.get().user
    page.context.clear_cookies()
    rate(page, 4)
    expect(page.locator("#signed-out")).to_be_visible()

    sign_in(page.context, live_server, ben)
    other = page.context.new_page()
    other.goto(f"{live_server.url}/")  # sets the CSRF cookie anew
    other.close()

    expect(page.locator("#signed-out")).to_be_hidden()
    expect(page.locator("#saved")).to_have_text("Saved")
    assert list(Vote.objects.values_list("annotator", "quality")) == [(ben.pk, 4)]


def test_nothing_is_sent_in_the_name_of_somebody_else(open_as: SignIn, live_server: LiveServer, watch: Watch) -> None:
    page, study = begin(open_as, live_server, watch)
    ben, eve = study.memberships.get().user, make_member(study)
    page.context.clear_cookies()
    sign_in(page.context, live_server, eve)

    rate(page, 4)
    expect(page.locator("#signed-out")).to_contain_text("Somebody else has signed in here in the meantime.")
    assert Vote.objects.count() == 0
    page.locator("#signed-out [name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.locator("#saved")).to_have_text("Saved")
    assert list(Vote.objects.values_list("annotator", "quality")) == [(ben.pk, 4)]


def test_a_second_vote_on_a_region_is_dropped_with_a_notice(
    open_as: SignIn, live_server: LiveServer, watch: Watch
) -> None:
    page, _ = begin(open_as, live_server, watch)
    answer = '{"error": {"code": "already_voted", "message": "You have voted on this region."}}'
    page.route(
        "**/api/v1/votes",
        lambda route: route.fulfill(status=409, content_type="application/json", body=answer),
        times=1,
    )

    rate(page, 1)

    expect(page.locator("#notice")).to_have_text("You had voted on that region before; the first vote stands.")
    expect(page.locator("#saved")).to_have_text("Saved")


def test_a_lost_lease_is_said_calmly_and_the_vote_is_kept(
    open_as: SignIn, live_server: LiveServer, watch: Watch
) -> None:
    """Somebody else had the time to say all there was to say, so the seat is gone for good."""
    page, study = begin(open_as, live_server, watch)
    ben, eve = study.memberships.get().user, make_member(study)
    Assignment.objects.update(annotator=None, leased_at=None, leased_until=None)
    for region in study.regions.all():
        cast(region, eve)

    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#notice")).to_have_text(
        "Your turn on this region ran out. You can finish it all the same; the vote is kept."
    )
    rate(page, 1)

    expect(page.locator("#saved")).to_have_text("Saved")
    vote = Vote.objects.get(annotator=ben)
    assert (vote.quality, vote.late, vote.surplus) == (1, True, True)


def test_a_vote_that_overtakes_the_renewal_of_its_lease_is_no_lost_one(
    open_as: SignIn, live_server: LiveServer, watch: Watch
) -> None:
    page, _ = begin(open_as, live_server, watch)
    held: list[Route] = []
    page.route("**/lease", lambda route: held.append(route))  # noqa: PLW0108  Playwright wants a function

    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    rate(page, 1)
    expect(page.locator("#saved")).to_have_text("Saved")
    until(page, lambda: len(held) > 0)
    with page.expect_response(lambda answer: answer.url.endswith("/lease") and answer.status == 409):
        for route in held:
            route.continue_()
    rate(page, 2)

    expect(page.locator("#saved")).to_have_text("Saved")
    expect(page.locator("#notice")).not_to_contain_text("ran out")
    assert Vote.objects.count() == 2
