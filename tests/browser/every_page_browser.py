"""Every page of every role, as the table of addresses names them: axe finds nothing, nothing is wider than its window.

The watch of these tests sees to it that no page has a console error or asks another host. Axe looks at an annotator's and
a manager's pages in dark on a laptop and in light on a phone, and at a reviewer's, which are the manager's with less on
them, in light on a laptop. A stranger sees the doors, and everybody may meet a refusal.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from annotation.models import AccessToken
from tests.browser.accessibility_browser import measure_models
from tests.browser.axe import bring_axe, in_both_schemes, violations
from tests.browser.conftest import SignIn, Watch
from tests.browser.scenes import rated_picture
from tests.factories import cast, make_user
from tests.webapp.pages.cast import Cast, make_cast
from tests.webapp.pages.every_page import pages_of, refused_forms

pytestmark = pytest.mark.django_db(transaction=True)

TEMPLATES = Path(settings.BASE_DIR) / "webapp" / "templates"
PHONE, SMALL, LAPTOP = 390, 1024, 1280
Scheme = Literal["light", "dark"]
ON_A_LAPTOP: dict[str, Scheme] = {"annotator": "dark", "reviewer": "light", "manager": "dark", "stranger": "dark"}


@pytest.fixture
def scene() -> Cast:
    """With models that were measured, votes to look at and a region to rate."""
    scene = make_cast()
    ada = scene.people["manager"]
    ada.is_staff = True
    ada.save()
    AccessToken.issue(user=ada, name="script", scopes=["read"], days=9)
    cast(rated_picture(scene.study, 1), scene.people["annotator"])
    rated_picture(scene.study, 2)
    measure_models(scene.study)
    return scene


@pytest.mark.parametrize("kind", ON_A_LAPTOP)
def test_axe_finds_nothing_and_nothing_overflows(
    open_as: SignIn, live_server: LiveServer, watch: Watch, scene: Cast, kind: str
) -> None:
    watch.expected.append("404")
    page = open_as(scene.people.get(kind) or make_user())
    if kind == "stranger":
        page.context.clear_cookies()
    page.emulate_media(reduced_motion="reduce")  # colours are there at once
    bring_axe(page)

    problems = []
    for path in [*pages_of(kind, scene), "/nowhere"]:
        page.emulate_media(color_scheme=ON_A_LAPTOP[kind])
        page.set_viewport_size({"width": LAPTOP, "height": 800})
        page.goto(live_server.url + path)
        problems += [f"{path}: {problem}" for problem in found_on(page, also_on_a_phone=kind != "reviewer")]

    assert problems == []


def found_on(page: Page, *, also_on_a_phone: bool) -> Iterator[str]:
    yield from violations(page, "on a laptop")
    for width in (SMALL, PHONE):
        page.set_viewport_size({"width": width, "height": 844})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            yield f"wider than {width}"
    if also_on_a_phone:
        page.emulate_media(color_scheme="light")
        yield from violations(page, "in light on a phone")


def test_axe_finds_nothing_on_forms_that_were_sent_empty(
    open_as: SignIn, live_server: LiveServer, watch: Watch, scene: Cast
) -> None:
    watch.expected.append("400")
    page = open_as(scene.people["manager"])
    page.emulate_media(reduced_motion="reduce")
    bring_axe(page)
    forms = refused_forms(scene)

    problems = []
    page.goto(live_server.url)
    for path in forms:
        with page.expect_navigation():
            page.evaluate(SEND_EMPTY, path)
        problems += violations(page, path)

    assert problems == []
    assert len(forms) > 15


SEND_EMPTY = """(path) => {
    const form = document.createElement('form');
    form.append(document.querySelector('[name=csrfmiddlewaretoken]').cloneNode());
    Object.assign(form, { method: 'post', action: path });
    document.body.append(form);
    form.submit();
}"""


@pytest.mark.parametrize("name", sorted(path.name for path in TEMPLATES.glob("[45]*.html")))
def test_axe_finds_nothing_on_refusals(open_as: SignIn, live_server: LiveServer, watch: Watch, name: str) -> None:
    page = open_as(make_user())
    page.emulate_media(reduced_motion="reduce")
    page.route("**/broken", lambda route: route.fulfill(content_type="text/html", body=render_to_string(name)))

    page.goto(f"{live_server.url}/broken")

    assert in_both_schemes(page, name) == []
