"""The two views: what each shows, how long it was seen, what it unlocks, and what covers it."""

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from annotation.enums import CheckPolicy
from annotation.models import Protocol, Region, Study, Vote
from tests.browser.conftest import Watch
from tests.browser.pixels_browser import GREY, drawn, open_at
from tests.browser.scenes import add_region, ellipse, rated_picture
from tests.browser.waiting import until, until_saved
from tests.factories import make_study

pytestmark = pytest.mark.django_db(transaction=True)
WIDE, HIGH = 1600, 1300
LOOK_MS = 9_000  # by the page's clock; longer than a busy machine takes for a step of a test
NOW = "() => performance.now()"
PRESSED = "buttons => buttons.map(button => button.getAttribute('aria-pressed'))"


def study_with_views(least_ms: int) -> Study:
    """A protocol that wants nothing but looking long enough."""
    study = make_study(votes_wanted=1)
    Protocol.objects.create(
        study=study,
        viewing_check=CheckPolicy.OFF,
        least_view_ms=least_ms,
        sitting_minutes=0,
        sittings_per_day=0,
        warm_up=0,
        repeat_share=0,
        gold_every=0,
    )
    return study


def large(study: Study) -> Region:
    return rated_picture(study, width=WIDE, height=HIGH)


def answer_all(page: Page) -> None:
    for _ in range(8):
        page.keyboard.press("3")
    page.keyboard.press("Enter")


@pytest.mark.parametrize("ratio", [1, 1.5, 2])
def test_the_whole_picture_is_made_to_fit_and_its_outline_stays_outside_the_mask(
    browser: Browser, live_server: LiveServer, watch: Watch, ratio: float
) -> None:
    factor = 2 if ratio > 1 else 1
    region = rated_picture(make_study(), width=WIDE * factor, height=HIGH * factor)
    page = open_at(browser, live_server, watch, region, ratio)
    page.keyboard.press("v")
    outlined = drawn(page)
    page.keyboard.down(" ")
    plain = drawn(page)
    page.keyboard.up(" ")

    rows, columns = (np.any(plain != GREY, axis=2).any(axis=side).nonzero()[0] for side in (1, 0))
    left, top, right, bottom = columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
    height, width = plain.shape[:2]
    assert abs(left - (width - right)) <= 1
    assert abs(top - (height - bottom)) <= 1
    assert min(left, top) == round(8 * ratio)
    changed = np.any(plain != outlined, axis=2)[top:bottom, left:right]
    assert np.count_nonzero(changed) > 500
    assert not np.any(changed & touched(ellipse(WIDE * factor, HIGH * factor), changed.shape))
    assert page.locator("#overview").is_hidden()
    assert words(page) == ["Made smaller to fit. For importance only."]
    page.context.close()


def words(page: Page) -> list[str]:
    return page.locator(".view-words span:visible").all_inner_texts()


def touched(mask: NDArray[np.bool_], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Small pixels that share any area with the mask, by summed areas."""
    sums = np.zeros((mask.shape[0] + 1, mask.shape[1] + 1), dtype=np.int64)
    sums[1:, 1:] = mask.cumsum(axis=0).cumsum(axis=1)
    edges = [np.arange(size + 1) * full / size for size, full in zip(shape, mask.shape, strict=True)]
    low = [np.floor(edge[:-1] + 1e-9).astype(int) for edge in edges]
    high = [np.ceil(edge[1:] - 1e-9).astype(int) for edge in edges]
    inside = sums[np.ix_(high[0], high[1])] - sums[np.ix_(low[0], high[1])]
    return np.asarray(inside - sums[np.ix_(high[0], low[1])] + sums[np.ix_(low[0], low[1])] > 0)


def test_key_and_buttons_switch_the_view_and_a_picture_that_fits_is_both(
    browser: Browser, live_server: LiveServer, watch: Watch
) -> None:
    study = make_study(votes_wanted=1)
    rated_picture(study, 2, width=WIDE, height=HIGH)
    page = open_at(browser, live_server, watch, large(study), 1)
    before = drawn(page)
    assert page.eval_on_selector_all("[data-view]", PRESSED) == ["true", "false"]

    page.keyboard.press("v")
    assert page.eval_on_selector_all("[data-view]", PRESSED) == ["false", "true"]
    page.keyboard.press("Shift+ArrowRight")
    page.locator("[data-view=region]").click()
    assert np.array_equal(drawn(page), before)
    page.locator("[data-view=whole]").click()
    answer_all(page)

    expect(page.locator("#answers input:checked")).to_have_count(0)
    assert page.eval_on_selector_all("[data-view]", PRESSED) == ["true", "false"]
    page.context.close()

    small = open_at(browser, live_server, watch, rated_picture(make_study()), 1)
    small.keyboard.press("v")
    assert small.eval_on_selector_all("[data-view]", PRESSED) == ["true", "true"]
    assert words(small) == ["The whole picture, at full size."]
    small.context.close()


def test_scales_unlock_when_their_view_was_seen_long_enough(
    browser: Browser, live_server: LiveServer, watch: Watch
) -> None:
    study = study_with_views(LOOK_MS)
    page = open_at(browser, live_server, watch, large(study), 1, own_clock=True)
    page.keyboard.press("g")  # the guidelines are in front of the picture: nothing is seen
    page.clock.run_for(LOOK_MS + 1000)
    assert unlocked(page) == []
    page.keyboard.press("Escape")

    page.clock.run_for(LOOK_MS + 1000)
    expect(page.locator("[data-view=region]")).to_have_class("seen")
    at_full_size = ["blur", "colorfulness", "compression", "contrast", "exposure", "noise", "quality"]
    assert unlocked(page) == at_full_size
    page.keyboard.press("v")
    assert unlocked(page) == at_full_size
    page.clock.run_for(LOOK_MS + 1000)
    expect(page.locator("#answers input:enabled")).to_have_count(46)
    answer_all(page)
    until_saved(page)

    vote = Vote.objects.get()
    assert LOOK_MS <= (vote.region_view_ms or 0) < vote.duration_ms
    assert LOOK_MS <= (vote.whole_view_ms or 0) < vote.duration_ms
    page.context.close()


def unlocked(page: Page) -> list[str]:
    names = "inputs => [...new Set(inputs.map(input => input.name))].sort()"
    return page.eval_on_selector_all("#answers input:enabled", names)  # type: ignore[no-any-return]


def test_a_vote_says_how_its_region_was_shown(browser: Browser, live_server: LiveServer, watch: Watch) -> None:
    study = study_with_views(0)
    page = open_at(browser, live_server, watch, large(study), 1.5, own_clock=True)
    page.clock.run_for(700)  # counted in steps, and the first is not
    looked = page.evaluate(NOW)
    page.keyboard.press("v")
    page.clock.run_for(400)
    answer_all(page)
    until_saved(page)
    passed = page.evaluate(NOW) - looked

    vote, told = Vote.objects.get(), page.evaluate("({...document.getElementById('rate').dataset})")
    assert (vote.device_pixel_ratio, vote.viewport_width, vote.viewport_height) == (1.5, 1100, 720)
    assert (vote.screen_width, vote.screen_height, vote.position) == (1100, 720, 1)
    assert (vote.zoom_events, vote.away_ms, vote.edits) == (0, 0, 0)
    assert (vote.page_build, str(vote.row_order)) == (told["build"], told["order"])
    assert vote.full_window is True
    assert (vote.region_view_ms or 0) >= 400
    assert 200 <= (vote.whole_view_ms or 0) <= passed
    page.context.close()


def test_finding_brings_a_region_back_into_sight(browser: Browser, live_server: LiveServer, watch: Watch) -> None:
    mask = np.zeros((HIGH, WIDE), dtype=np.bool_)
    mask[:40, :40] = True
    image = large(make_study()).image
    image.regions.all().delete()
    page = open_at(browser, live_server, watch, add_region(image, mask), 1)
    before = drawn(page)
    for _ in range(12):
        page.keyboard.press("Shift+ArrowRight")
    assert not np.array_equal(drawn(page), before)

    page.keyboard.press("f")
    until(page, lambda: np.array_equal(drawn(page), before))
    page.context.close()


def test_time_away_is_told_and_does_not_count_as_looking(
    browser: Browser, live_server: LiveServer, watch: Watch
) -> None:
    watch.expected.append("409 (Conflict)")  # the vote may overtake the renewal of its lease
    study = study_with_views(0)
    page = open_at(browser, live_server, watch, large(study), 1)
    hide = """(hidden) => {
        Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
    }"""
    began = page.evaluate(NOW)
    page.evaluate(hide, True)
    page.wait_for_timeout(1600)
    page.evaluate(hide, False)
    back = page.evaluate(NOW)
    answer_all(page)
    until_saved(page)
    ended = page.evaluate(NOW)

    vote = Vote.objects.get()
    assert 1500 <= (vote.away_ms or 0) <= back - began + 1
    assert (vote.region_view_ms or 0) <= vote.duration_ms <= ended - 1500
    assert vote.whole_view_ms == 0
    page.context.close()
