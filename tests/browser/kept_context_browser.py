"""What a test leaves behind in the context that tests share, the next one does not find."""

import contextlib

import pytest
from playwright.sync_api import BrowserContext, Error, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import SignIn
from tests.browser.kept_context import KeptContext
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)

LEAVE = """async () => {
    localStorage.setItem('left', 'here');
    sessionStorage.setItem('left', 'here');
    document.cookie = 'left=here';
    await (await caches.open('left')).put('/left', new Response('here'));
    await new Promise((resolve) => {
        const opening = indexedDB.open('gullery', 1);
        opening.onupgradeneeded = () => opening.result.createObjectStore('drafts').put('here', 1);
        opening.onsuccess = resolve;
    });
}"""
FIND = """async () => ({
    local: localStorage.length, session: sessionStorage.length, cookie: document.cookie.includes('left'),
    caches: await caches.keys(), databases: (await indexedDB.databases()).map(({ name }) => name),
    dark: matchMedia('(prefers-color-scheme: dark)').matches, still: matchMedia('(prefers-reduced-motion)').matches,
    width: innerWidth, online: navigator.onLine, asked: Notification.permission, script: 'left' in window,
    clock: Date.now() > 1e12,
})"""
NOTHING = {
    "local": 0, "session": 0, "cookie": False, "caches": [], "databases": [], "dark": False, "still": False,
    "width": 1280, "online": True, "asked": "denied", "script": False, "clock": True,
}  # fmt: skip


def leave_everything(page: Page, url: str) -> None:
    page.goto(url)
    page.evaluate(LEAVE)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.set_viewport_size({"width": 390, "height": 800})
    page.add_init_script("window.left = 'here'")
    page.context.grant_permissions(["notifications"])
    page.reload()
    for place in (page, page.context):
        place.route("**/*", lambda route: route.abort())
    page.context.set_extra_http_headers({"Accept-Language": "zh-hans"})
    page.context.set_offline(True)


def test_nothing_is_left_of_a_page(open_as: SignIn, live_server: LiveServer, kept_context: KeptContext) -> None:
    page = open_as(make_user("ben"))
    context = page.context
    page.goto(live_server.url)
    assert page.evaluate(FIND) == NOTHING
    leave_everything(page, live_server.url)
    assert page.evaluate("localStorage.length") == 1

    kept_context.clear()

    assert page.is_closed()
    after = open_as(make_user("eve"))
    assert after.context == context
    after.goto(live_server.url)
    assert after.evaluate(FIND) == NOTHING
    expect(after.locator("html")).to_have_attribute("lang", "en")
    assert "eve" in after.content()


def test_nobody_is_signed_in_any_more(open_as: SignIn, live_server: LiveServer, kept_context: KeptContext) -> None:
    context = open_as(make_user()).context

    kept_context.clear()

    assert context.cookies() == []
    page = context.new_page()
    page.goto(f"{live_server.url}/account")
    assert page.url.startswith(f"{live_server.url}/sign-in")


def test_a_context_with_a_clock_in_it_is_not_lent_again(
    open_as: SignIn, kept_context: KeptContext, browser_context_args: dict[str, object]
) -> None:
    page = open_as(make_user())
    page.clock.install(time=0)

    kept_context.clear()

    other = kept_context.lend(browser_context_args)
    assert other != page.context
    assert other.new_page().evaluate("Date.now() > 1e12")


def test_a_page_that_crashed_is_cleared_away(
    open_as: SignIn, live_server: LiveServer, kept_context: KeptContext
) -> None:
    page = open_as(make_user())
    with page.expect_event("crash"), contextlib.suppress(Error):
        page.goto("chrome://crash")

    kept_context.clear()

    after = open_as(make_user("eve"))
    after.goto(live_server.url)
    assert "eve" in after.content()


def test_other_settings_are_another_context(kept_context: KeptContext, browser_context_args: dict[str, object]) -> None:
    first = kept_context.lend(browser_context_args)
    other = kept_context.lend(browser_context_args | {"device_scale_factor": 3})

    assert other != first
    assert other.new_page().evaluate("devicePixelRatio") == 3
    assert kept_context.lend(browser_context_args | {"device_scale_factor": 3}) == other


def test_what_cannot_be_taken_back_is_refused(context: BrowserContext) -> None:
    with pytest.raises(AssertionError, match="own_context"):
        context.add_init_script("window.left = 'here'")


@pytest.mark.usefixtures("own_context")
def test_who_wants_a_context_of_their_own_has_it(
    context: BrowserContext, kept_context: KeptContext, browser_context_args: dict[str, object]
) -> None:
    assert kept_context.lend(browser_context_args) != context
