"""Cannot judge, flag, and one's own last votes."""

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from annotation.models import Assignment, Remark, Vote
from tests.browser.conftest import SignIn, Watch
from tests.browser.rating_browser import levels_of, open_screen, protocol, rate, rate_last, study_with
from tests.browser.waiting import until_next_is_held
from tests.factories import make_member

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_cannot_judge_says_why_and_goes_on(open_as: SignIn, live_server: LiveServer) -> None:
    study = study_with(2)
    ben = make_member(study)
    page = open_as(ben)
    with until_next_is_held(page):
        open_screen(page, live_server, study)
    page.keyboard.press("4")

    page.keyboard.press("x")
    expect(page.locator("#remark h2:visible")).to_have_text("I cannot judge this region")
    page.keyboard.press("5")
    page.keyboard.press("Enter")
    assert (
        page.evaluate("document.querySelector('#remark textarea').validationMessage")
        == "Say in a few words what it is."
    )
    page.locator("#remark textarea").fill("A <b>finger</b> & a thumb")
    page.locator("#remark").get_by_role("button", name="Send").click()

    expect(page.locator("#answers input:checked")).to_have_count(0)
    expect(page.locator("#saved")).to_have_text("Saved")
    rate_last(page)
    expect(page.locator("[data-screen=nothing_now]")).to_be_visible()
    expect(page.locator("#saved")).to_have_text("Saved")
    said = Remark.objects.get()
    assert (said.kind, said.reason, said.text, said.annotator) == (
        "cannot_judge",
        "other",
        "A <b>finger</b> & a thumb",
        ben,
    )
    assert Vote.objects.get().region != said.region
    assert list(Assignment.objects.filter(region=said.region).values_list("annotator", "vote")) == [(None, None)]


def test_a_flag_stays_with_the_region(open_as: SignIn, live_server: LiveServer) -> None:
    study = study_with(1)
    page = open_as(make_member(study))
    open_screen(page, live_server, study)

    page.keyboard.press("4")
    page.keyboard.press("!")
    page.locator("#remark").get_by_label("The outlined region makes no sense").check()
    page.keyboard.press("Enter")

    expect(page.locator("#notice")).to_have_text(
        "Flagged. The manager will see it; please rate the region as well as you can."
    )
    expect(page.locator("#answers input:checked")).to_have_count(1)
    expect(page.locator("#saved")).to_have_text("Saved")
    assert list(Remark.objects.values_list("kind", "reason")) == [("flag", "region")]


def test_what_was_said_of_a_flag_does_not_cover_the_next_region(open_as: SignIn, live_server: LiveServer) -> None:
    study = study_with(2)
    page = open_as(make_member(study))
    open_screen(page, live_server, study)
    page.keyboard.press("!")
    page.locator("#remark").get_by_role("button", name="Send").click()
    expect(page.locator("#notice")).to_contain_text("Flagged.")

    rate(page, 3)

    expect(page.locator("#answers")).to_be_visible()
    assert page.locator("#notice").is_hidden()


def test_own_last_votes_are_shown_and_one_is_given_anew(open_as: SignIn, live_server: LiveServer) -> None:
    study = study_with(4)
    protocol(study, least_view_ms=0, undo_votes=2)
    page = open_as(make_member(study))
    open_screen(page, live_server, study)
    for level in (1, 2, 3):
        rate(page, level)
    expect(page.locator("#saved")).to_have_text("Saved")
    page.reload()
    expect(page.locator("#answers")).to_be_visible()

    page.keyboard.press("l")
    rows = page.locator(".own-votes li")
    expect(rows).to_have_count(2)
    expect(rows.nth(1)).to_contain_text("Quality fair · Importance normal · ")
    page.wait_for_function("() => document.querySelector('.own-votes canvas').height !== 72")
    rows.nth(1).get_by_role("button", name="Rate again").click()
    expect(page.locator("#say")).to_have_text("Your vote is taken back. Change it and submit again.")
    expect(page.locator("#answers input:checked")).to_have_count(8)
    page.keyboard.press("4")
    page.keyboard.press("Enter")
    expect(page.locator("#answers input:checked")).to_have_count(0)
    expect(page.locator("#saved")).to_have_text("Saved")

    first, old, third, new = Vote.objects.order_by("pk")
    assert [vote.retracted_at is None for vote in (first, old, third, new)] == [True, False, True, True]
    assert (old.region, levels_of(new)) == (new.region, [2, 2, 2, 2, 2, 2, 2, 4])
    assert first.retracted_at is None


def test_a_vote_whose_region_cannot_be_had_stays_and_the_person_is_told(
    open_as: SignIn, live_server: LiveServer, watch: Watch
) -> None:
    watch.expected.append("Failed to load resource")
    study = study_with(2)
    page = open_as(make_member(study))
    open_screen(page, live_server, study)
    rate(page, 1)
    expect(page.locator("#saved")).to_have_text("Saved")
    page.route("**/api/v1/assignments/*", lambda route: route.abort("connectionrefused"))

    page.keyboard.press("l")
    page.get_by_role("button", name="Rate again").click()

    expect(page.locator("#notice")).to_have_text("The server is away; your vote stays as it is.")
    assert Vote.objects.get().retracted_at is None
