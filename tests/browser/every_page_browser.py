"""Every page of every role, as the table of pages names them: axe finds nothing, nothing is wider than its window.

The watch of these tests sees to it that no page has a console error or asks another host. Axe looks at an annotator's and
a manager's pages in dark on a laptop and in light on a phone, and at a reviewer's, which are the manager's with less on
them, in light on a laptop.
"""

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from annotation.models import AccessToken
from tests.browser.accessibility_browser import measure_models
from tests.browser.axe import violations
from tests.browser.conftest import SignIn, Watch
from tests.browser.scenes import rated_picture
from tests.factories import cast
from tests.webapp.pages.cast import Cast, make_cast
from tests.webapp.pages.test_urls import KINDS, LOOKING, address

pytestmark = pytest.mark.django_db(transaction=True)

NO_PAGES = ("file", "thumbnail", "preview", "progress", "prelabelling", "notices", "{part}", "{sketch}")
"""How addresses of pictures, files and parts of pages end."""
OUTSIDE = ("/", "/account", "/studies/new", "/nowhere")
PHONE, SMALL, LAPTOP = 390, 1024, 1280
Scheme = Literal["light", "dark"]
ON_A_LAPTOP: dict[str, Scheme] = {"annotator": "dark", "reviewer": "light", "manager": "dark"}


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


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_and_nothing_overflows(
    open_as: SignIn, live_server: LiveServer, watch: Watch, scene: Cast, kind: str
) -> None:
    watch.expected.append("404")
    page = open_as(scene.people[kind])
    page.emulate_media(reduced_motion="reduce")  # colours are there at once

    problems = []
    for path in pages_of(kind, scene):
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


def pages_of(kind: str, scene: Cast) -> list[str]:
    column = KINDS.index(kind)
    seen = [pattern for pattern, answers in LOOKING.items() if answers[column] == 200]
    return [
        *OUTSIDE[: 4 if kind == "manager" else 2],
        *(address(one, scene) for one in seen if not one.endswith(NO_PAGES)),
    ]
