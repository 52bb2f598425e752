"""Outlines and small masks, as the browser makes them, against the same by numpy."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from annotation.masks import encode_mask
from tests.browser.conftest import SignIn
from tests.browser.modules_browser import called
from tests.browser.pixels_browser import grown
from tests.browser.pixels_views_browser import touched
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)

OUTLINE = """(() => {
    const mask = window.masked(...given), drawn = it.drawOutline(mask);
    return [...drawn.getContext('2d', { willReadFrequently: true }).getImageData(0, 0, mask.width, mask.height).data];
})()"""


@pytest.fixture
def page(open_as: SignIn, live_server: LiveServer) -> Page:
    opened = open_as(make_user())
    opened.goto(live_server.url)
    opened.evaluate("async () => { window.masked = (await import('gullery/rle')).maskInBox; }")
    return opened


def masks() -> list[NDArray[np.bool_]]:
    """Dust, holes, single pixels, lines one pixel wide, everything."""
    random = np.random.default_rng(4)
    made = [random.random((37, 53)) < share for share in (0.002, 0.1, 0.5, 0.97)]
    line = np.zeros((40, 40), dtype=np.bool_)
    line[np.arange(30), np.arange(30)] = True
    return [*made, line, np.ones((12, 9), dtype=np.bool_)]


def test_the_outline_is_all_that_is_near_the_mask_and_nothing_of_it(page: Page) -> None:
    for pixels in masks():
        mask = encode_mask(pixels)
        x, y, width, height = mask.box
        inside = np.pad(pixels[y : y + height, x : x + width], 2)
        drawn: Any = called(page, "outline", OUTLINE, [mask.rle, len(pixels), list(mask.box), 2])
        found = np.array(drawn, dtype=np.uint8).reshape(*inside.shape, 4)

        near, far = grown(inside, 1) & ~inside, grown(inside, 2) & ~grown(inside, 1)
        assert np.array_equal(found[..., 3] == 255, near | far)
        assert set(found[near][:, 0].tolist()) == {24}
        assert set(found[far][:, 0].tolist()) == {244}


@pytest.mark.parametrize("small", [(10, 15), (36, 52), (1, 1), (37, 53)])
def test_a_small_mask_holds_every_pixel_that_shares_area_with_the_mask(page: Page, small: tuple[int, int]) -> None:
    for pixels in masks()[:4]:
        mask = encode_mask(pixels)
        given = [[mask.rle, 37, list(mask.box), 2], small[1] / 53, small[0] / 37]
        script = "(({ data, ...place }) => ({ data: [...data], ...place }))"
        made: Any = called(
            page, "views_whole", f"{script}(it.shrinkMask(window.masked(...given[0]), given[1], given[2], 2))", given
        )

        whole = np.zeros((small[0] + 60, small[1] + 60), dtype=np.bool_)
        top, left = made["top"] + 30, made["left"] + 30
        data = np.array(made["data"], dtype=np.bool_).reshape(made["height"], made["width"])
        whole[top : top + made["height"], left : left + made["width"]] = data
        assert np.array_equal(whole[30:-30, 30:-30], touched(pixels, small))
        assert np.count_nonzero(whole) == np.count_nonzero(data)
