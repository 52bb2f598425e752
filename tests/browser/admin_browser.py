"""Every page of the admin, as its own addresses name them: axe finds nothing, and the content security policy holds."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.contrib import admin
from django.db.models import Model
from django.urls import URLPattern, URLResolver, reverse
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from annotation.models import User
from tests.browser.axe import COLOURS, bring_axe, violations
from tests.browser.conftest import SignIn
from tests.factories import make_user
from tests.webapp.pages.admin_rows import one_of_each
from tests.webapp.pages.cast import client_of
from workers.config import beat_schedule

pytestmark = pytest.mark.django_db(transaction=True)

NO_PAGES = {"login", "logout", "password_change", "autocomplete", "jsi18n", "view_on_site"}
"""The door and one's own password are ours, leaving is a form, and the others are asked by scripts or lead elsewhere."""
ALSO_IN_DARK = (
    "index",
    "annotation_study_change",
    "annotation_user_change",
    "annotation_user_delete",
    "annotation_vote",
)
"""One of each kind; a name's beginning."""
ALSO_IN_CHINESE = ("index", "annotation_study_change", "annotation_membership_add", "annotation_user_delete")
OF_A_FIELD = re.compile(r"(?:app|model|field|column|fieldset|action)-\w+$|errors$")
Part = tuple[str, frozenset[str], str | None, str | None, bool]
NO_SIDEBAR = "localStorage.setItem('django.admin.navSidebarIsOpen', 'false')"
"""It is the index again, on every page."""


@pytest.fixture
def root() -> User:
    return make_user("root", is_staff=True, is_superuser=True)


def test_axe_finds_nothing_in_the_admin(open_as: SignIn, live_server: LiveServer, root: User) -> None:
    """A list of votes is made of the same parts as a list of labels: of pages with nothing new on them one is enough."""
    found = list(pages(one_of_each(), root))
    page = open_as(root)
    page.emulate_media(reduced_motion="reduce")
    page.add_init_script(NO_SIDEBAR)
    bring_axe(page)

    problems: list[str] = []
    for name, path in with_something_new(found):
        page.goto(live_server.url + path)
        assert urlsplit(page.url).path == path
        problems += violations(page, path)
        if name.startswith(ALSO_IN_DARK):
            problems += in_dark(page, path)

    problems += in_chinese(page, live_server.url, found)

    assert problems == []
    assert len(found) > 100


def test_the_list_of_schedules_is_not_cut(open_as: SignIn, live_server: LiveServer, root: User) -> None:
    every = IntervalSchedule.objects.create(every=3600, period="seconds")
    for name, one in beat_schedule.items():
        PeriodicTask.objects.create(name=name, task=one["task"], interval=every, last_run_at=timezone.now())
    page = open_as(root)
    page.set_viewport_size({"width": 1280, "height": 900})

    page.goto(f"{live_server.url}/admin/django_celery_beat/periodictask/")

    assert page.locator("#result_list tbody tr").count() == len(beat_schedule)
    assert page.locator(".results").evaluate("(table) => table.scrollWidth - table.clientWidth") == 0


def in_chinese(page: Page, url: str, found: list[tuple[str, str, str]]) -> list[str]:
    page.context.add_cookies([{"name": "language", "value": "zh-hans", "url": url}])
    problems = []
    for path in [path for name, path, _ in found if name in ALSO_IN_CHINESE]:
        page.goto(url + path)
        assert page.locator("html").get_attribute("lang") == "zh-hans"
        problems += violations(page, f"{path} in Chinese")
    return problems


def in_dark(page: Page, path: str) -> list[str]:
    page.emulate_media(color_scheme="dark")
    found = violations(page, f"{path} in dark", COLOURS)
    page.emulate_media(color_scheme="light")
    return found


def with_something_new(found: list[tuple[str, str, str]]) -> Iterator[tuple[str, str]]:
    """The fullest pages first."""
    seen: set[Part] = set()
    for parts, name, path in sorted(((parts_of(html), name, path) for name, path, html in found), key=fullest):
        if not parts <= seen:
            seen |= parts
            yield name, path


def fullest(page: tuple[set[Part], str, str]) -> tuple[int, str]:
    return -len(page[0]), page[1]


def parts_of(html: str) -> set[Part]:
    reader = Parts()
    reader.feed(html)
    return reader.found


class Parts(HTMLParser):
    """What a page is made of: tags with their classes, types and roles, whatever the table and the field are called."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[Part] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        classes = frozenset(one for one in (values.get("class") or "").split() if not OF_A_FIELD.match(one))
        self.found.add((tag, classes, values.get("type"), values.get("role"), "multiple" in values))


def pages(kept: dict[type[Model], Model], root: User) -> Iterator[tuple[str, str, str]]:
    """Name, path and HTML of everything there is to look at for somebody with every right."""
    client = client_of(root)
    rows = {f"{model._meta.app_label}_{model._meta.model_name}": row.pk for model, row in kept.items()}
    known = {"app_list": "annotation", "auth_user_password_change": root.pk}
    for name in names(admin.site.get_urls()):
        if name in NO_PAGES:
            continue
        table, _, verb = name.rpartition("_")
        of_one = [rows[table]] if verb in {"change", "delete", "history", "close"} and table in rows else []
        path = reverse(f"admin:{name}", args=[known[name]] if name in known else of_one)
        answer = client.get(path)
        if answer.status_code != 403:  # nobody may add a vote
            assert answer.status_code == 200, path
            yield name, path, answer.content.decode()


def names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from names(one.url_patterns)
        elif one.name:
            yield one.name
