"""What the rating page weighs: as a browser is served it, without the photograph, and from this host alone."""

import gzip
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Page, Response, expect
from pytest_django.live_server_helper import LiveServer

from annotation.models import Study
from tests.browser.axe import violations
from tests.browser.conftest import SignIn
from tests.browser.rating_browser import open_screen, protocol, rate, study_with
from tests.browser.scenes import rated_picture
from tests.browser.waiting import until_next_is_held
from tests.factories import make_member, make_study

pytestmark = pytest.mark.django_db(transaction=True)
BUDGET = 150_000  # bytes


@pytest.mark.usefixtures("own_context")
def test_the_page_stays_under_150_kb_from_one_host(open_as: SignIn, live_server: LiveServer) -> None:
    study = study_with(2)
    page = open_as(make_member(study))
    heard: list[Response] = []
    page.on("response", lambda answer: heard.append(answer))  # noqa: PLW0108  Playwright marks what it is given
    with until_next_is_held(page):
        open_screen(page, live_server, study)

    sizes = {urlsplit(answer.url).path: served_size(answer) for answer in heard if not answer.url.endswith("/image")}
    assert {urlsplit(answer.url).netloc for answer in heard} == {urlsplit(live_server.url).netloc}
    assert sum(sizes.values()) < BUDGET, sorted(sizes.items(), key=lambda item: -item[1])[:10]
    assert sum(sizes.values()) > 30_000  # all of it was counted


def served_size(answer: Response) -> int:
    """Static files are compressed when they are collected, pages by the proxy; the tests' server does neither."""
    path = urlsplit(answer.url).path
    if path.startswith("/static/"):
        found = finders.find(path.removeprefix("/static/"))
        assert isinstance(found, str)
        return len(gzip.compress(Path(found).read_bytes(), 9)) + 400  # and its headers
    return len(answer.body()) + 800


@pytest.mark.usefixtures("own_context")
def test_nothing_on_the_page_is_inline_and_every_module_is_preloaded(open_as: SignIn, live_server: LiveServer) -> None:
    study = study_with(1)
    page = open_as(make_member(study))
    open_screen(page, live_server, study)

    inline = "[...document.scripts].filter((one) => !one.src && one.type !== 'importmap').length"
    styled = "document.querySelectorAll('style, [onclick], [onload]').length"
    loaded = page.evaluate(
        "performance.getEntriesByType('resource').map((one) => one.name).filter((name) => name.endsWith('.js'))"
    )
    links = "[...document.querySelectorAll('link[rel=modulepreload], script[src]')].map((one) => one.href || one.src)"
    named = page.evaluate(links)
    assert (page.evaluate(inline), page.evaluate(styled)) == (0, 0)
    assert [name for name in loaded if name not in named] == []


def test_what_is_slow_of_a_large_picture_is_made_before_it_is_on_screen(
    open_as: SignIn, live_server: LiveServer
) -> None:
    study = make_study(votes_wanted=1)
    for width, height in ((1600, 1300), (1300, 1600)):
        rated_picture(study, width=width, height=height)
    page = open_as(make_member(study))
    page.add_init_script(COUNT_SMALL_ONES)
    open_screen(page, live_server, study)
    page.wait_for_function(MADE_OF_BOTH)
    before = page.evaluate("window.made")

    rate(page, 3)
    expect(page.locator("#overview")).to_be_visible()
    page.keyboard.press("v")
    expect(page.locator("[data-view=whole]")).to_have_attribute("aria-pressed", "true")

    assert page.evaluate("window.made") == before


COUNT_SMALL_ONES = """window.made = [];
const first = OffscreenCanvas.prototype.transferToImageBitmap;
OffscreenCanvas.prototype.transferToImageBitmap = function () {
    window.made.push(this.width / this.height);
    return first.call(this);
};"""
MADE_OF_BOTH = "() => window.made.some((shape) => shape > 1) && window.made.some((shape) => shape < 1)"
"""Of the one on screen and of the one ahead."""


@pytest.mark.parametrize("size", [(1280, 720), (390, 844)])
def test_axe_finds_nothing_on_any_dialog_or_screen(
    open_as: SignIn, live_server: LiveServer, size: tuple[int, int]
) -> None:
    study = study_with(3, guidelines="## Look")
    protocol(study, least_view_ms=0, sitting_minutes=30)
    page = open_as(make_member(study))
    page.set_viewport_size({"width": size[0], "height": size[1]})
    open_screen(page, live_server, study)
    rate(page, 2)
    expect(page.locator("#saved")).to_have_text("Saved")

    found = violations(page, "rating")
    for key, dialog in (("?", "keys"), ("g", "guidelines"), ("l", "own-votes"), ("x", "remark"), ("!", "remark")):
        page.keyboard.press(key)
        expect(page.locator(f"#{dialog}")).to_be_visible()
        found += violations(page, dialog)
        page.keyboard.press("Escape")
    found += [problem for name in screens(page) for problem in on_screen(page, name)]
    page.evaluate("document.getElementById('signed-out').showModal()")
    found += violations(page, "signed out")

    assert found == []


def screens(page: Page) -> list[str]:
    names: list[str] = page.eval_on_selector_all("section[data-screen]", "all => all.map((one) => one.dataset.screen)")
    return names


def on_screen(page: Page, name: str) -> list[str]:
    page.evaluate(
        "async (name) => (await import('gullery/screens')).showScreen(name, new Date(Date.now() + 1e5).toISOString())",
        name,
    )
    return violations(page, name)


@pytest.mark.parametrize("sittings", [True, False])
def test_nothing_in_the_bar_is_cut_off(open_as: SignIn, live_server: LiveServer, sittings: bool) -> None:
    study = study_with(1, name="Gulls of the harbour in spring and summer")
    if sittings:
        protocol(study, least_view_ms=0, sitting_minutes=30)
    page = open_as(make_member(study))
    open_screen(page, live_server, study)

    cut = []
    for width, height in ((1440, 900), (1280, 720), (1024, 768), (900, 700), (820, 1180), (390, 844), (360, 740)):
        page.set_viewport_size({"width": width, "height": height})
        cut += [f"{width}: {text}" for text in page.evaluate(CUT_OFF)]

    assert cut == []


CUT_OFF = """() => [...document.querySelectorAll(".rate-bar :is(button, p)")].filter((one) => one.offsetWidth)
    .map((one) => [one.textContent.trim(), one.getBoundingClientRect(), one.scrollWidth > one.clientWidth + 1])
    .filter(([, box, spills]) => spills || box.left < 0 || box.right > innerWidth || box.bottom > innerHeight)
    .map(([text]) => text)"""


def test_targets_are_large_enough_for_a_pointer_and_for_a_finger(open_as: SignIn, live_server: LiveServer) -> None:
    study: Study = study_with(1)
    page = open_as(make_member(study))
    open_screen(page, live_server, study)

    assert too_small(page, 24) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert too_small(page, 44) == []


def too_small(page: Page, least: int) -> list[str]:
    """Of the panel and the bar; the radio buttons are as large as their labels."""
    script = """(least) => [...document.querySelectorAll(".panel :is(button, label), .rate-bar button")]
        .map((one) => [one.textContent.trim().slice(0, 30), one.getBoundingClientRect()])
        .filter(([, box]) => box.width && (box.height < least - 0.5 || box.width < least - 0.5))
        .map(([text, box]) => `${text}: ${Math.round(box.width)}x${Math.round(box.height)}`)"""
    found: list[str] = page.evaluate(script, least)
    return found
