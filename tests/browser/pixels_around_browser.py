"""What is around the picture: grey, without any colour."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image as Picture
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import Watch
from tests.browser.pixels_browser import open_in
from tests.browser.scenes import rated_picture
from tests.factories import make_study

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_around_the_picture_is_without_colour(
    browser: Browser, live_server: LiveServer, watch: Watch, scheme: str
) -> None:
    region = rated_picture(make_study(), width=1600, height=1300)
    size = {"width": 1280, "height": 720}
    context = browser.new_context(viewport=size, color_scheme="dark" if scheme == "dark" else "light")  # type: ignore[arg-type]
    page = open_in(context, live_server, watch, region)
    page.keyboard.press("3")
    page.locator("#submit").hover()
    box = page.locator(".stage-picture").bounding_box()
    assert box is not None

    screen = np.asarray(Picture.open(BytesIO(page.screenshot())).convert("RGB")).astype(int)
    left, top, right, bottom = (
        round(side) for side in (box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"])
    )
    screen[top:bottom, left:right] = 0

    assert np.ptp(screen, axis=2).max() == 0
    context.close()
