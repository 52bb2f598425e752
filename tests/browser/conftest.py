"""A real Chromium against a live server. Every page is watched: no console error, no violated policy, no other host."""

import os
import shutil
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer

from annotation.models import User
from tests.browser import answering
from tests.browser.kept_context import KeptContext

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in the tests' thread

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first draws pages as the others do and is no more than that: it costs a third of their processor time."""
CHROMIUM = next((found for program in PROGRAMS if (found := shutil.which(program))), None)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--force-color-profile=srgb",
]
RATIO = float(os.environ.get("TEST_RATIO", "1"))
"""Device pixels for a pixel of the page, where a test does not choose one: `make test TEST_RATIO=1.5` tries them all at it."""
SignIn = Callable[[User], Page]
PATIENCE_MS = 60_000
"""For a busy machine; a test that passes does not wait for it."""
expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" not in item.path.as_posix():
            continue
        item.add_marker(pytest.mark.browser)
        item.add_marker(pytest.mark.slow)
        if CHROMIUM is None:
            item.add_marker(
                pytest.mark.skip(reason="There is no Chromium on PATH; install the system's package chromium.")
            )


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    return {"executable_path": CHROMIUM, "args": QUIET}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, object]:
    shape = {"viewport": {"width": 1280, "height": 720}, "device_scale_factor": RATIO}
    return shape | {"color_scheme": "light", "service_workers": "block"}


@pytest.fixture(autouse=True)
def no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no broker here: the tests do what workers would."""
    monkeypatch.setattr("webapp.doorbell._send", lambda *arguments: None)


@pytest.fixture(autouse=True)
def quiet_database(request: pytest.FixtureRequest) -> Iterator[None]:
    """Closed before the tables are emptied and after the pages: what a closing page sends last is answered first."""
    if "live_server" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")
    answering.listen()
    yield
    answering.wait_until_done(lambda: _busy_connections() > 0)


def _busy_connections() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle'"
            " AND pid <> pg_backend_pid()"
        )
        (busy,) = cursor.fetchone()
    return int(busy)


class Watch:
    """What went wrong on the pages of a test. `expected` are words of console errors that the test provokes."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.expected: list[str] = ["Service Worker registration blocked by Playwright"]
        self.pages: list[Page] = []
        self.under_way = 0

    def follow(self, page: Page, host: str) -> None:
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.problems.append(f"exception: {error}"))
        page.on("request", lambda request: self._check_host(request.url, host))
        page.on("request", lambda _: self._count(1))
        for end in ("requestfinished", "requestfailed"):
            page.on(end, lambda _: self._count(-1))  # type: ignore[call-overload]
        self.pages.append(page)

    def settle(self) -> None:
        """Until the server has answered: a request still at work would meet the emptying of the tables."""
        for page in self.pages:
            quiet, patience = 0, 400
            while not page.is_closed() and quiet < 2 and patience:
                page.wait_for_timeout(25)
                quiet, patience = 0 if self.under_way else quiet + 1, patience - 1

    def _count(self, by: int) -> None:
        self.under_way += by

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not any(word in message.text for word in self.expected):
            self.problems.append(f"console {message.type}: {message.text}")

    def _check_host(self, url: str, host: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"data", "blob"} and parts.netloc != host:
            self.problems.append(f"request to another host: {url}")


@pytest.fixture
def watch() -> Iterator[Watch]:
    kept = Watch()
    yield kept
    kept.settle()
    assert kept.problems == []


@pytest.fixture(scope="session")
def kept_context(browser: Browser, live_server: LiveServer) -> Iterator[KeptContext]:
    kept = KeptContext(browser, live_server.url)
    yield kept
    kept.close()


@pytest.fixture
def own_context() -> None:
    """For a test that must not find in the browser's store what was fetched for another."""


@pytest.fixture
def context(request: pytest.FixtureRequest, browser_context_args: dict[str, object]) -> Iterator[BrowserContext]:
    marked = request.node.get_closest_marker("browser_context_args")
    settings = browser_context_args | (marked.kwargs if marked else {})
    if "own_context" in request.fixturenames:
        browser: Browser = request.getfixturevalue("browser")
        alone = browser.new_context(**settings)
        yield alone
        alone.close()
        return
    kept: KeptContext = request.getfixturevalue("kept_context")
    yield kept.lend(settings)
    kept.clear()


@pytest.fixture
def open_as(context: BrowserContext, live_server: LiveServer, watch: Watch) -> Iterator[SignIn]:
    """A page of somebody who is signed in; it is watched, and so is every other that a test opens beside it."""

    def follow(page: Page) -> None:
        watch.follow(page, urlsplit(live_server.url).netloc)

    def opened(user: User) -> Page:
        sign_in(context, live_server, user)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        return page

    context.on("page", follow)
    yield opened
    context.remove_listener("page", follow)


def sign_in(context: BrowserContext, live_server: LiveServer, user: User) -> None:
    client = Client()
    client.force_login(user)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
