"""Two tabs, a tab that crashed or was closed, a laptop that slept, a page of an older version."""

import contextlib
import re

import pytest
from django.utils import timezone
from playwright.sync_api import Error, Page, expect
from pytest_django.live_server_helper import LiveServer

from annotation.actions.leases import lease_next, lease_token
from annotation.models import Assignment, Study, Vote
from tests.browser.conftest import SignIn, Watch
from tests.browser.outbox_browser import begin, rate
from tests.browser.rating_browser import DRAFT_OF, open_screen, study_with
from tests.browser.waiting import until, until_next_is_held
from tests.factories import make_member
from tests.webapp.api.client import ballot

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_crashed_tab_s_vote_and_draft_are_taken_over(open_as: SignIn, live_server: LiveServer, watch: Watch) -> None:
    page, study = begin(open_as, live_server, watch)
    page.route("**/api/v1/votes", lambda route: route.abort("connectionrefused"))
    rate(page, 3)
    expect(page.locator("#saved")).to_have_text("Offline, 1 waiting")
    expect(page.locator("#answers input:checked")).to_have_count(0)
    page.keyboard.press("1")
    page.keyboard.press("5")
    until(page, lambda: bool(page.evaluate(DRAFT_OF, 2)))
    with page.expect_event("crash"), contextlib.suppress(Error):
        page.goto("chrome://crash")

    page.close()
    after = page.context.new_page()
    open_screen(after, live_server, study)

    expect(after.locator("#saved")).to_have_text("Saved")
    expect(after.locator("#answers input:checked")).to_have_count(2)
    assert list(Vote.objects.values_list("quality", flat=True)) == [3]


def two_tabs(page: Page, live_server: LiveServer, study: Study) -> Page:
    other = page.context.new_page()
    with until_next_is_held(other):
        open_screen(other, live_server, study)
    for tab in (page, other):
        expect(tab.locator("#notice")).to_have_text(
            "This study is open in another tab too. You can rate in either; they stay in step."
        )
    return other


def test_two_tabs_stay_in_step(open_as: SignIn, live_server: LiveServer, watch: Watch) -> None:
    page, study = begin(open_as, live_server, watch)
    other = two_tabs(page, live_server, study)
    other.keyboard.press("1")

    rate(page, 3)
    expect(page.locator("#saved")).to_have_text("Saved")

    expect(other.locator("#notice")).to_have_text("You have rated that region in your other tab. Here is the next one.")
    expect(other.locator("#answers input:checked")).to_have_count(0)
    expect(page.locator("#answers input:checked")).to_have_count(0)
    page.keyboard.press("5")  # gone as soon as the next region is there
    rate(other, 2)
    expect(other.locator("#saved")).to_have_text("Saved")
    rate(page, 1)
    expect(page.locator("[data-screen=all_done]")).to_be_visible()
    assert list(Vote.objects.order_by("pk").values_list("quality", flat=True)) == [3, 2, 1]
    assert Vote.objects.values("region").distinct().count() == 3


def test_the_vote_of_a_closed_tab_is_sent_by_the_other(open_as: SignIn, live_server: LiveServer, watch: Watch) -> None:
    page, study = begin(open_as, live_server, watch)
    other = two_tabs(page, live_server, study)
    other.route("**/api/v1/votes", lambda route: route.abort("connectionrefused"))
    page.keyboard.press("5")  # gone as soon as the next region is there
    rate(other, 2)
    expect(other.locator("#saved")).to_have_text("Offline, 1 waiting")
    other.close()  # its vote is left for the first tab, which moves on
    rate(page, 1)
    expect(page.locator("#saved")).to_have_text("Saved")
    page.reload()

    expect(page.locator("#answers")).to_be_visible()  # until then it says "Saved" and has not looked
    expect(page.locator("#saved")).to_have_text("Saved")
    assert sorted(Vote.objects.values_list("quality", flat=True)) == [1, 2]
    assert Vote.objects.values("region").distinct().count() == 2


def test_a_laptop_that_slept_finds_everything_where_it_was(
    open_as: SignIn, live_server: LiveServer, watch: Watch
) -> None:
    watch.expected.append("Failed to load resource")
    study = study_with(3)
    page = open_as(make_member(study))
    page.clock.install()
    with until_next_is_held(page):
        open_screen(page, live_server, study)
    for level in (3, 1):
        page.keyboard.press(str(level))
    Assignment.objects.filter(annotator__isnull=False).update(leased_until=timezone.now())
    lease_next(study=study, annotator=make_member(study))  # somebody else goes on with what was free

    page.clock.fast_forward("08:00:00")

    expect(page.locator("#notice")).to_have_text(re.compile("Welcome back|Your turn on this region ran out"))
    expect(page.locator("#answers input:checked")).to_have_count(2)
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    rate(page, 4)
    expect(page.locator("#saved")).to_have_text("Saved")
    vote = Vote.objects.get()
    assert (vote.quality, vote.duration_ms < 60_000) == (4, True)


OLD_DATABASE = """(row) => new Promise((resolve, reject) => {
    const opening = indexedDB.open('gullery', 1);
    opening.onerror = reject;
    const make = (name) => opening.result.createObjectStore(name, { keyPath: 'key' });
    opening.onupgradeneeded = () => ['drafts', 'outbox'].forEach(make);
    opening.onsuccess = () => {
        const writing = opening.result.transaction('outbox', 'readwrite');
        writing.objectStore('outbox').put(row);
        writing.oncomplete = () => { opening.result.close(); resolve(); };
    };
})"""


def test_votes_an_older_page_left_behind_are_sent(open_as: SignIn, live_server: LiveServer) -> None:
    study = study_with(2)
    ben = make_member(study)
    seat = lease_next(study=study, annotator=ben).assignment
    assert seat is not None
    page = open_as(ben)
    page.goto(live_server.url)
    said = ballot(lease_token(seat, ben))
    row = {
        "key": said["idempotency_key"],
        "user": str(ben.pk),
        "seat": 1,
        "payload": said,
        "made_at": 1_700_000_000_000,
    }

    page.evaluate(OLD_DATABASE, row)
    open_screen(page, live_server, study)

    expect(page.locator("#saved")).to_have_text("Saved")
    assert Vote.objects.get().region == seat.region


HOLD_OLD_DATABASE = """() => new Promise((resolve) => {
    const opening = indexedDB.open('gullery', 1);
    opening.onsuccess = () => { window.held = opening.result; resolve(); };
})"""
"""As a page of before the last release does, which does not know that it stands in the way."""


def test_a_page_of_an_older_version_is_in_the_way_only_until_it_is_closed(
    open_as: SignIn, live_server: LiveServer
) -> None:
    study = study_with(2)
    old = open_as(make_member(study))
    old.goto(live_server.url)
    old.evaluate(HOLD_OLD_DATABASE)
    page = old.context.new_page()
    open_screen(page, live_server, study)  # without the database, for which it has waited
    page.keyboard.press("2")

    old.close()
    page.evaluate(DRAFT_OF, 2)  # waits in the same line, behind the page itself
    page.keyboard.press("1")

    until(page, lambda: bool(page.evaluate(DRAFT_OF, 2)))
