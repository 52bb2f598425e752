"""What is kept of a region that is not finished: its own answers and its own time."""

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from annotation.models import Vote
from tests.browser.conftest import SignIn, Watch
from tests.browser.outbox_browser import begin, rate
from tests.browser.rating_browser import DRAFT_OF, open_screen, study_with
from tests.browser.waiting import until, until_next_is_held
from tests.factories import make_member

pytestmark = pytest.mark.django_db(transaction=True)

SPENT = """() => new Promise((resolve) => {
    const opening = indexedDB.open('gullery');
    opening.onsuccess = () => {
        const rows = opening.result.transaction('drafts').objectStore('drafts').getAll();
        rows.onsuccess = () => {
            opening.result.close();
            resolve(Object.fromEntries(rows.result.map((row) => [row.key, row.spent_ms])));
        };
    };
})"""
A_MINUTE_MS = 60_000


def test_a_new_region_s_draft_begins_without_the_former_one_s_time(open_as: SignIn, live_server: LiveServer) -> None:
    study = study_with(2)
    page = open_as(make_member(study))
    page.clock.install()
    with until_next_is_held(page):
        open_screen(page, live_server, study)
    until(page, lambda: len(page.evaluate(SPENT)) == 1)
    (first,) = page.evaluate(SPENT)

    page.clock.run_for(A_MINUTE_MS)  # by the page's clock
    rate(page, 2)
    expect(page.locator("#saved")).to_have_text("Saved")
    until(page, lambda: bool(page.evaluate(SPENT).keys() - {first}))

    (spent,) = (spent for key, spent in page.evaluate(SPENT).items() if key != first)
    assert (Vote.objects.get().duration_ms >= A_MINUTE_MS, spent < A_MINUTE_MS) == (True, True)


def test_answers_wait_while_the_vote_before_is_given_anew(
    open_as: SignIn, live_server: LiveServer, watch: Watch
) -> None:
    page, _ = begin(open_as, live_server, watch)
    rate(page, 1)
    expect(page.locator("#answers input:checked")).to_have_count(0)
    expect(page.locator("#saved")).to_have_text("Saved")
    page.keyboard.press("3")
    page.keyboard.press("5")
    until(page, lambda: bool(page.evaluate(DRAFT_OF, 2)))

    page.keyboard.press("z")
    expect(page.locator("#answers input:checked")).to_have_count(8)
    page.keyboard.press("4")
    page.keyboard.press("Enter")

    expect(page.locator("#answers input:checked")).to_have_count(2)
    expect(page.locator("#answers [name=exposure][value='3']")).to_be_checked()
    expect(page.locator("#answers [name=noise][value='5']")).to_be_checked()
