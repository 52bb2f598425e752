"""A server that is killed and comes back: each vote arrives once, and a reload in between is a reload."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from annotation.enums import Role
from annotation.models import Assignment, Membership, Remark, Study, User, Vote
from tests.browser.outbox_browser import rate
from tests.browser.rating_browser import DRAFT_OF, study_with
from tests.browser.waiting import until, until_next_is_held
from tests.factories import make_member
from tests.operations.servers import free_port

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_MS = 45_000
HALF_A_MINUTE_MS = 30_000
Visit = Callable[..., Page]


class KillableServer:
    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.serving = 0
        command = [
            sys.executable,
            "-m",
            "tests.browser.server_process",
            connection.settings_dict["NAME"],
            str(self.port),
        ]
        self._keeper = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def start(self) -> None:
        self.serving = self._told("start")
        deadline = time.monotonic() + 60
        while not self._answers():
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.1)

    def kill(self) -> None:
        """By SIGKILL; returns when it is gone."""
        self.serving = self._told("kill")

    def close(self) -> None:
        self._keeper.communicate(timeout=30)

    @contextlib.contextmanager
    def asleep(self, seconds: float) -> Iterator[None]:
        """It hears what is asked and answers so much later."""
        assert self.serving
        os.kill(self.serving, signal.SIGSTOP)
        waker = threading.Timer(seconds, os.kill, [self.serving, signal.SIGCONT])
        waker.start()
        yield
        waker.join()

    def _told(self, command: str) -> int:
        assert self._keeper.stdin is not None
        assert self._keeper.stdout is not None
        print(command, file=self._keeper.stdin, flush=True)
        return int(self._keeper.stdout.readline())

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/sign-in", timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            return False


@pytest.fixture(scope="module")
def keeper(django_db_setup: None) -> Iterator[KillableServer]:
    """Its modules are read once; what serves is a new process each time."""
    made = KillableServer()
    yield made
    made.close()


@pytest.fixture
def server(keeper: KillableServer) -> Iterator[KillableServer]:
    keeper.start()
    yield keeper
    keeper.kill()


@pytest.fixture
def visit(browser: Browser, server: KillableServer) -> Iterator[Visit]:
    """A page of somebody who is signed in at the server, in a browser that may use a service worker."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, service_workers="allow")

    def opened(user: User, path: str, *, own_clock: bool = False, only_one: bool = False) -> Page:
        client = Client()
        client.force_login(user)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": server.url}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        if own_clock:
            page.clock.install()
        with contextlib.nullcontext() if only_one else until_next_is_held(page):
            page.goto(f"{server.url}{path}")
            expect(page.locator("#answers")).to_be_visible()
        return page

    yield opened
    context.close()


def wait_until_kept(page: Page) -> None:
    """The worker has the page and its files."""
    until(page, lambda: bool(page.evaluate(ALL_KEPT)))


ALL_KEPT = """() => caches.open('gullery-rating').then((shelf) => shelf.keys()).then((requests) => {
    const kept = requests.map((one) => one.url), files = performance.getEntriesByType('resource').map((one) => one.name);
    const needed = files.filter((url) => /[/]static[/].*[.](js|css)$/.test(url) && !url.includes('rate_worker'));
    return needed.length > 10 && [location.href, ...needed].every((url) => kept.includes(url));
})"""


def test_votes_given_while_the_server_is_dead_for_ten_minutes_arrive_once_each(
    server: KillableServer, visit: Visit
) -> None:
    study = study_with(4)
    page = visit(make_member(study), f"/studies/{study.slug}/rate", own_clock=True)

    server.kill()
    rate(page, 1)
    expect(page.locator("#saved")).to_have_text("Offline, 1 waiting", timeout=PATIENCE_MS)
    expect(page.locator("#answers input:checked")).to_have_count(0)
    page.keyboard.press("x")
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    expect(page.locator("#saved")).to_have_text("Offline, 2 waiting")
    expect(page.locator("[data-screen=away]")).to_be_visible()
    assert Vote.objects.count() == 0
    ten_minutes_pass(page)
    expect(page.locator("#saved")).to_have_text("Offline, 2 waiting")
    Assignment.objects.filter(annotator__isnull=False).update(leased_until=timezone.now())
    server.start()
    page.clock.run_for(HALF_A_MINUTE_MS)

    expect(page.locator("#saved")).to_have_text("Saved", timeout=PATIENCE_MS)
    expect(page.locator("#answers")).to_be_visible(timeout=PATIENCE_MS)
    rate(page, 2)
    expect(page.locator("#saved")).to_have_text("Saved")
    expect(page.locator("#answers input:checked")).to_have_count(0)
    assert sorted(Vote.objects.values_list("quality", flat=True)) == [1, 2]
    assert list(Remark.objects.values_list("kind", "reason")) == [("cannot_judge", "small")]
    assert Vote.objects.values("region").distinct().count() == 2


def ten_minutes_pass(page: Page) -> None:
    """By the page's clock, with all its timers; each attempt to send meets nobody."""
    for _ in range(20):
        page.clock.run_for(HALF_A_MINUTE_MS)
        page.wait_for_timeout(30)


def test_a_server_killed_over_and_over_gets_every_vote_once(server: KillableServer, visit: Visit) -> None:
    study = study_with(6)
    page = visit(make_member(study), f"/studies/{study.slug}/rate")

    for level in range(5):
        expect(page.locator("#answers input:checked")).to_have_count(0, timeout=PATIENCE_MS)
        expect(page.locator("#answers")).to_be_visible(timeout=PATIENCE_MS)
        if level % 2:
            server.kill()  # before, or at the very moment of the vote
            rate(page, level)
            server.start()
        else:
            rate(page, level)
            server.kill()
            server.start()

    expect(page.locator("#saved")).to_have_text("Saved", timeout=PATIENCE_MS)
    assert sorted(Vote.objects.values_list("quality", flat=True)) == [0, 1, 2, 3, 4]
    assert Vote.objects.values("region").distinct().count() == 5


def test_a_reload_while_the_server_is_dead_shows_the_page_and_the_draft(server: KillableServer, visit: Visit) -> None:
    study = study_with(3)
    page = visit(make_member(study), f"/studies/{study.slug}/rate")
    wait_until_kept(page)
    for level in (3, 1, 2):
        page.keyboard.press(str(level))
    until(page, lambda: bool(page.evaluate(DRAFT_OF, 3)))

    server.kill()
    page.reload()

    expect(page.locator("#answers input:checked")).to_have_count(3, timeout=PATIENCE_MS)
    for _ in range(5):
        page.keyboard.press("4")
    page.keyboard.press("Enter")
    expect(page.locator("#saved")).to_have_text("Offline, 1 waiting", timeout=PATIENCE_MS)
    page.reload()
    expect(page.locator("#saved")).to_have_text("Offline, 1 waiting", timeout=PATIENCE_MS)
    expect(page.locator("#answers")).to_be_visible()
    server.start()

    expect(page.locator("#saved")).to_have_text("Saved", timeout=PATIENCE_MS)
    Study.objects.update(name="Renamed meanwhile")
    page.reload()
    expect(page.locator(".rate-study")).to_have_text("Renamed meanwhile")  # the server comes first
    vote = Vote.objects.get()
    assert (vote.exposure, vote.noise, vote.blur, vote.contrast, vote.importance) == (3, 1, 2, 4, 4)


def test_signing_out_leaves_no_page_behind(server: KillableServer, visit: Visit) -> None:
    study = study_with(1)
    page = visit(make_member(study), f"/studies/{study.slug}/rate", only_one=True)
    wait_until_kept(page)

    page.goto(f"{server.url}/account")
    page.evaluate("document.querySelector('form[action=\"/sign-out\"]').submit()")
    page.wait_for_url("**/sign-in")

    until(page, lambda: page.evaluate("caches.has('gullery-rating')") is False)


def test_a_slow_server_is_waited_for_where_nothing_is_kept(server: KillableServer, visit: Visit) -> None:
    study, other = study_with(2), study_with(2)
    ben = make_member(study)
    Membership.objects.create(study=other, user=ben, role=Role.ANNOTATOR)
    page = visit(ben, f"/studies/{study.slug}/rate")
    wait_until_kept(page)

    with server.asleep(seconds=9):
        page.goto(f"{server.url}/studies/{other.slug}/rate")

    expect(page.locator("#answers")).to_be_visible()
