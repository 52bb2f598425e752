"""Another zoom of the page and a pinch cover the picture and stop the vote; another screen does not."""

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from annotation.models import Vote
from tests.browser.conftest import Watch, sign_in
from tests.browser.pixels_browser import GREY, drawn, open_at
from tests.browser.pixels_views_browser import answer_all, large
from tests.browser.rating_browser import DRAFT_OF, open_screen
from tests.browser.scenes import rated_picture
from tests.browser.waiting import until, until_drawn, until_saved
from tests.factories import make_member, make_study

pytestmark = pytest.mark.django_db(transaction=True)


def zoom(page: Page, ratio: float) -> None:
    """As Ctrl+plus does: the same window in device pixels, fewer of the page's."""
    session = page.context.new_cdp_session(page)
    size = {"width": round(1100 / ratio), "height": round(720 / ratio), "screenWidth": 1100, "screenHeight": 720}
    session.send("Emulation.setDeviceMetricsOverride", {**size, "deviceScaleFactor": ratio, "mobile": False})
    page.wait_for_function(f"() => window.devicePixelRatio === {ratio}")
    until_drawn(page)


def test_another_page_zoom_covers_the_picture_until_it_is_set_back(
    browser: Browser, live_server: LiveServer, watch: Watch
) -> None:
    study = make_study(votes_wanted=1)
    page = open_at(browser, live_server, watch, rated_picture(study), 1)
    page.evaluate(
        """window.heard = [];
        for (const name of ['covered', 'uncovered'])
            document.getElementById('rate').addEventListener(`gullery:${name}`, () => heard.push(name));"""
    )
    expect(page.locator("#cover")).to_be_hidden()

    zoom(page, 1.25)
    expect(page.locator("[data-cover=zoom]")).to_be_visible()
    expect(page.locator("[data-zoom]")).to_have_text("125 %")
    answer_all(page)
    until(page, lambda: bool(page.evaluate(DRAFT_OF, 8)))
    assert Vote.objects.count() == 0
    page.reload()
    expect(page.locator("#cover")).to_be_visible()
    expect(page.locator("#answers input:checked")).to_have_count(8)

    zoom(page, 1)
    expect(page.locator("#cover")).to_be_hidden()
    page.keyboard.press("Enter")
    until_saved(page)
    assert Vote.objects.get().zoom_events == 2
    page.context.close()


def test_two_fingers_magnify_the_page_and_cover_the_picture_one_finger_moves_it(
    browser: Browser, live_server: LiveServer, watch: Watch
) -> None:
    region = large(make_study(votes_wanted=1))
    context = browser.new_context(
        viewport={"width": 1100, "height": 720}, device_scale_factor=2, has_touch=True, is_mobile=True
    )
    sign_in(context, live_server, make_member(region.study))
    page = context.new_page()
    watch.follow(page, live_server.url.removeprefix("http://"))
    open_screen(page, live_server, region.study)
    until_drawn(page)
    touch = Touch(page)

    before = drawn(page)
    touch.send("touchStart", [(300, 300)])
    touch.send("touchMove", [(280, 290)])
    touch.send("touchEnd", [])
    assert np.array_equal(drawn(page)[:-20, :-40], before[20:, 40:])

    touch.send("touchStart", [(200, 300)])
    touch.send("touchStart", [(200, 300), (240, 300)])
    for step in range(0, 200, 20):
        touch.send("touchMove", [(200, 300), (240 + step, 300)])
        until_drawn(page)
    page.wait_for_function("() => window.visualViewport.scale > 1.2")
    touch.send("touchEnd", [])
    expect(page.locator("[data-cover=pinch]")).to_be_visible()
    answer_all(page)
    page.wait_for_load_state("networkidle")
    assert Vote.objects.count() == 0
    touch.session.send("Emulation.setPageScaleFactor", {"pageScaleFactor": 1})
    expect(page.locator("#cover")).to_be_hidden()
    page.keyboard.press("Enter")
    until_saved(page)
    assert (Vote.objects.get().zoom_events or 0) > 0
    context.close()


class Touch:
    def __init__(self, page: Page) -> None:
        self.session = page.context.new_cdp_session(page)

    def send(self, kind: str, points: list[tuple[int, int]]) -> None:
        fingers = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})


def test_a_window_on_another_screen_goes_on_there(browser: Browser, live_server: LiveServer, watch: Watch) -> None:
    page = open_at(browser, live_server, watch, rated_picture(make_study()), 1)
    page.evaluate("window.moved = 0; rate.addEventListener('gullery:screen', () => { window.moved += 1; })")
    session = page.context.new_cdp_session(page)

    other = {"width": 1100, "height": 720, "deviceScaleFactor": 2, "screenWidth": 1500, "screenHeight": 1000}
    session.send("Emulation.setDeviceMetricsOverride", {**other, "mobile": False})
    page.wait_for_function("() => window.moved > 0")
    until_drawn(page)

    assert page.evaluate("moved") == 1
    canvas = drawn(page)
    assert canvas.shape[1] == 2 * page.evaluate("document.querySelector('.stage-picture').clientWidth")
    assert np.array_equal(canvas[0, 0], [GREY] * 3)
    expect(page.locator("#cover")).to_be_hidden()
    page.reload()
    expect(page.locator("#picture")).to_be_visible()
    expect(page.locator("#cover")).to_be_hidden()
    page.context.close()
