"""What a study's protocol changes on the rating screen: locked rows, their order, reasons to wait, training."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import APIResponse, Route, expect
from pytest_django.live_server_helper import LiveServer

from annotation.models import Sitting, Vote
from annotation.orders import order_for, scales_in
from tests.browser.conftest import RATIO, SignIn, Watch
from tests.browser.rating_browser import levels_of, open_screen, protocol, rate, rate_last, study_with
from tests.browser.scenes import rated_picture
from tests.factories import make_member, make_study

pytestmark = pytest.mark.django_db(transaction=True)
LOOK_MS = 9_000  # by the page's clock; longer than a busy machine takes for a step of a test


def test_rows_wait_for_their_view_and_say_which(open_as: SignIn, live_server: LiveServer) -> None:
    study = make_study(votes_wanted=1)
    protocol(study, least_view_ms=LOOK_MS)
    rated_picture(study, width=round(1500 * RATIO), height=round(1100 * RATIO))
    page = open_as(make_member(study))
    page.clock.install()
    open_screen(page, live_server, study)

    page.keyboard.press("3")
    expect(page.locator("#say")).to_have_text("Look at the region at full size first.")
    expect(page.locator("fieldset:disabled [data-locked]:visible")).to_have_count(8)
    page.clock.run_for(LOOK_MS + 1000)
    expect(page.locator("fieldset:disabled")).to_have_count(1)
    for _ in range(7):
        page.keyboard.press("3")
    page.keyboard.press("2")
    expect(page.locator("#say")).to_have_text("Look at the whole picture first.")
    page.keyboard.press("v")
    page.clock.run_for(LOOK_MS + 1000)
    expect(page.locator("fieldset:disabled")).to_have_count(0)
    expect(page.locator("input[name=importance]").first).to_be_focused()
    page.keyboard.press("2")
    page.keyboard.press("Enter")

    expect(page.locator("[data-screen=all_done]")).to_be_visible()
    vote = Vote.objects.get()
    assert (levels_of(vote), vote.whole_view_ms >= LOOK_MS, vote.region_view_ms >= LOOK_MS) == (
        [3] * 7 + [2],
        True,
        True,
    )


def test_rows_come_in_the_person_s_order_and_edits_are_counted(open_as: SignIn, live_server: LiveServer) -> None:
    study = study_with(1)
    protocol(study, least_view_ms=0)
    ben = make_member(study)
    page = open_as(ben)
    open_screen(page, live_server, study)
    order = order_for(study.seed, ben.pk)

    shown = page.eval_on_selector_all("#answers fieldset", "rows => rows.map(row => row.dataset.scale)")
    for level in (0, 1, 2, 3, 4, 5, 0, 4):
        page.keyboard.press(str(level))
    page.locator(f"input[name={shown[0]}][value='4']").click()
    page.locator(f"input[name={shown[0]}][value='2']").click()
    page.keyboard.press("Enter")
    expect(page.locator("#saved")).to_have_text("Saved")

    vote = Vote.objects.get()
    assert shown == list(scales_in(order))
    assert [getattr(vote, scale) for scale in shown] == [2, 1, 2, 3, 4, 5, 0, 4]
    assert (vote.row_order, vote.edits) == (order, 2)


@pytest.mark.parametrize("answer", ["rest", "day_done", "limit_reached", "check_due", "exam_due"])
def test_every_reason_to_wait_has_a_calm_screen_and_goes_on_by_itself(
    open_as: SignIn, live_server: LiveServer, answer: str
) -> None:
    study = study_with(1)
    page = open_as(make_member(study))
    until = (timezone.now() + timedelta(seconds=90)).isoformat() if answer in {"rest", "day_done"} else None
    reply = json.dumps({"answer": answer, "until": until, "assignment": None, "sitting": None})
    page.clock.install()
    page.route("**/assignments", lambda route: route.fulfill(content_type="application/json", body=reply), times=1)
    page.goto(f"{live_server.url}/studies/{study.slug}/rate")

    screen = page.locator(f"[data-screen={answer}]")
    expect(screen).to_be_visible()
    assert screen.locator(".countdown").is_visible() is (until is not None)
    if until:
        expect(screen.locator("[data-left]")).to_have_text(re.compile(r"[01]:\d\d"))
        expect(page).to_have_title(re.compile(rf"[01]:\d\d – Rate in {study.name} – Gullery"))
        assert screen.locator("[role=status] [data-left]").count() == 0  # nobody is told every second
    page.clock.fast_forward("01:31")

    expect(page.locator("#answers")).to_be_visible()
    expect(page).to_have_title(f"Rate in {study.name} – Gullery")


def test_the_day_goes_on_in_hours_and_not_in_seconds(open_as: SignIn, live_server: LiveServer) -> None:
    study = study_with(1)
    page = open_as(make_member(study))
    until = timezone.now() + timedelta(hours=9, minutes=20, seconds=30)
    reply = json.dumps({"answer": "day_done", "until": until.isoformat(), "assignment": None, "sitting": None})
    page.clock.install()
    page.route("**/assignments", lambda route: route.fulfill(content_type="application/json", body=reply))
    page.goto(f"{live_server.url}/studies/{study.slug}/rate")

    expect(page.locator("[data-screen=day_done] [data-left]")).to_have_text(re.compile(r"9 h (20|19) min"))
    expect(page.get_by_role("button", name="Stop for now")).to_be_hidden()  # it has stopped


def test_the_line_of_the_sitting_is_there_when_there_is_one(open_as: SignIn, live_server: LiveServer) -> None:
    study = study_with(2)
    protocol(study, least_view_ms=0, sitting_minutes=30)
    page = open_as(make_member(study))
    open_screen(page, live_server, study)

    expect(page.locator("#sitting")).to_have_text(re.compile(r"Region 1 · break in (2\d|30) min"))
    rate(page, 3)
    expect(page.locator("#sitting")).to_have_text(re.compile(r"Region 2 · break in (2\d|30) min"))


def test_who_stops_finds_the_region_as_it_was_and_goes_on_in_the_same_sitting(
    open_as: SignIn, live_server: LiveServer, watch: Watch
) -> None:
    watch.expected.append("409 (Conflict)")  # the vote may overtake the renewal of its lease
    study = study_with(2)
    protocol(study, least_view_ms=0, sitting_minutes=30)
    page = open_as(make_member(study))
    open_screen(page, live_server, study)
    rate(page, 3)
    expect(page.locator("#saved")).to_have_text("Saved")
    page.keyboard.press("4")

    with page.expect_response("**/sitting-end") as told:
        page.get_by_role("button", name="Stop for now").click()
    expect(page.get_by_role("heading", name="You have stopped for now")).to_be_visible()
    expect(page.locator("#answers")).to_be_hidden()
    expect(page.locator("#sitting")).to_be_hidden()
    assert told.value.status == 204
    assert Sitting.objects.get().ended_at is not None
    page.keyboard.press("3")  # rates nothing
    page.get_by_role("button", name="Go on").click()

    expect(page.locator("#sitting")).to_contain_text("Region 2")
    expect(page.locator("#answers input:checked")).to_have_count(1)
    for _ in range(7):
        page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.locator("[data-screen=all_done]")).to_be_visible()
    assert [sorted(levels_of(vote)) for vote in Vote.objects.order_by("pk")] == [[3] * 8, [2] * 7 + [4]]
    assert Sitting.objects.count() == 1


def test_stopping_without_the_server_stops_all_the_same(open_as: SignIn, live_server: LiveServer, watch: Watch) -> None:
    watch.expected.append("Failed to load resource")
    study = study_with(2)
    page = open_as(make_member(study))
    open_screen(page, live_server, study)
    page.context.set_offline(True)

    rate_last(page)
    page.get_by_role("button", name="Stop for now").click()
    expect(page.get_by_role("heading", name="You have stopped for now")).to_be_visible()
    expect(page.locator("#saved")).to_have_text("Offline, 1 waiting")
    page.context.set_offline(False)

    expect(page.locator("#saved")).to_have_text("Saved")
    expect(page.get_by_role("heading", name="You have stopped for now")).to_be_visible()
    assert Vote.objects.count() == 1


def as_training(route: Route, page: APIResponse) -> None:
    route.fulfill(response=page, body=page.text().replace('data-mode="rate"', 'data-mode="training"'))


def test_in_training_the_next_region_waits_for_what_follows_the_vote(open_as: SignIn, live_server: LiveServer) -> None:
    study = study_with(2)
    page = open_as(make_member(study))
    page.route("**/rate", lambda route: as_training(route, route.fetch()))
    open_screen(page, live_server, study)
    page.evaluate(
        """() => document.getElementById("rate").addEventListener("gullery:voted", ({ detail }) => {
            window.heard = detail.voteId;
            detail.wait(new Promise((resolve) => { window.goOn = resolve; }));
        })"""
    )

    rate_last(page)
    page.wait_for_function("() => window.heard")
    expect(page.locator("#saved")).to_have_text("Saved")
    expect(page.locator("#answers input:checked")).to_have_count(8)
    page.evaluate("window.goOn()")

    expect(page.locator("#answers input:checked")).to_have_count(0)
    assert page.evaluate("window.heard") == Vote.objects.get().pk
