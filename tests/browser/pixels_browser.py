"""One image pixel is one device pixel, and it is the file's own, at every ratio; the outline stays outside the mask."""

import base64
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image as Picture
from PIL import ImageCms
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, expect
from pytest_django.live_server_helper import LiveServer

from annotation.models import Region
from tests.browser.conftest import CHROMIUM, QUIET, Watch, sign_in
from tests.browser.rating_browser import open_screen
from tests.browser.scenes import add_region, ellipse, noise, rated_picture
from tests.browser.waiting import until_drawn
from tests.factories import make_image, make_member, make_study

pytestmark = pytest.mark.django_db(transaction=True)
GREY = 0x6C


def open_at(
    browser: Browser,
    live_server: LiveServer,
    watch: Watch,
    region: Region,
    ratio: float,
    width: int = 1100,
    height: int = 720,
    *,
    own_clock: bool = False,
) -> Page:
    context = browser.new_context(viewport={"width": width, "height": height}, device_scale_factor=ratio)
    return open_in(context, live_server, watch, region, own_clock=own_clock)


def open_in(
    context: BrowserContext, live_server: LiveServer, watch: Watch, region: Region, *, own_clock: bool = False
) -> Page:
    sign_in(context, live_server, make_member(region.study))
    page = context.new_page()
    watch.follow(page, live_server.url.removeprefix("http://"))
    if own_clock:
        page.clock.install()
    open_screen(page, live_server, region.study)
    until_drawn(page)
    return page


def drawn(page: Page) -> NDArray[np.uint8]:
    """What is in the canvas, HxWx3."""
    size: Any = page.evaluate("[document.getElementById('picture').width, document.getElementById('picture').height]")
    script = """async () => {
        const canvas = document.getElementById('picture'), copy = new OffscreenCanvas(canvas.width, canvas.height);
        const context = copy.getContext('2d', {willReadFrequently: true});
        context.drawImage(canvas, 0, 0);
        const bytes = context.getImageData(0, 0, canvas.width, canvas.height).data;
        let text = '';
        for (let at = 0; at < bytes.length; at += 30000) text += String.fromCharCode(...bytes.subarray(at, at + 30000));
        return btoa(text);
    }"""
    data = np.frombuffer(base64.b64decode(page.evaluate(script)), dtype=np.uint8)
    return data.reshape(size[1], size[0], 4)[..., :3]


def shown(page: Page) -> NDArray[np.uint8]:
    """What is on the screen where the canvas is, in device pixels."""
    return np.asarray(Picture.open(BytesIO(page.locator("#picture").screenshot(scale="device"))).convert("RGB"))


def place_of(picture: NDArray[np.uint8], canvas: NDArray[np.uint8]) -> tuple[int, int]:
    """Left and top of a centred picture."""
    return (canvas.shape[1] - picture.shape[1]) // 2, (canvas.shape[0] - picture.shape[0]) // 2


def holds(screen: NDArray[np.uint8], picture: NDArray[np.uint8], near: tuple[int, int]) -> bool:
    """Whether the very pixels are on the screen; a screenshot's own edge is rounded by up to one pixel."""
    height, width = picture.shape[:2]
    steps = [(near[0] + x, near[1] + y) for x in (-1, 0, 1) for y in (-1, 0, 1)]
    return any(np.array_equal(screen[top : top + height, left : left + width], picture) for left, top in steps)


def cut(canvas: NDArray[np.uint8], picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    left, top = place_of(picture, canvas)
    return canvas[top : top + picture.shape[0], left : left + picture.shape[1]]


@pytest.mark.parametrize("ratio", [1, 1.5, 2])
def test_canvas_and_screen_show_the_file_s_pixels(
    browser: Browser, live_server: LiveServer, watch: Watch, ratio: float
) -> None:
    region = rated_picture(make_study())
    page = open_at(browser, live_server, watch, region, ratio)
    page.keyboard.down(" ")
    until_drawn(page)
    original = noise()

    canvas, screen = drawn(page), shown(page)

    assert np.array_equal(cut(canvas, original), original)
    assert canvas[0, 0].tolist() == [GREY] * 3
    assert holds(screen, original[:150], place_of(original, canvas))  # buttons may lie over the lower part
    page.context.close()


@pytest.mark.parametrize("ratio", [1.1, 1.75])
def test_pages_at_odd_ratios_lie_on_whole_pixels(
    browser_type: BrowserType, live_server: LiveServer, watch: Watch, ratio: float
) -> None:
    """A browser that really shows everything at this ratio, as after Ctrl+plus; emulated ratios round elsewhere."""
    region = rated_picture(make_study())
    flags = [*QUIET, f"--force-device-scale-factor={ratio}", "--window-size=1300,1000"]
    browser = browser_type.launch(executable_path=CHROMIUM, args=flags)
    context = browser.new_context(no_viewport=True)
    page = open_in(context, live_server, watch, region)
    page.keyboard.down(" ")
    until_drawn(page)
    original = noise()

    canvas, screen = drawn(page), shown(page)
    browser.close()

    assert np.array_equal(cut(canvas, original), original)
    assert holds(screen, original[:150], place_of(original, canvas))


def test_finding_makes_the_outline_blink_three_times(browser: Browser, live_server: LiveServer, watch: Watch) -> None:
    page = open_at(browser, live_server, watch, rated_picture(make_study()), 1, own_clock=True)
    page.clock.pause_at(page.evaluate("() => Date.now() + 10_000"))
    original, bare = noise(), []

    page.keyboard.press("f")
    for _ in range(8):
        bare.append(np.array_equal(cut(drawn(page), original), original))
        page.clock.run_for(160)

    assert bare == [*[True, False] * 3, False, False]


def test_the_outline_is_outside_the_mask_and_vanishes_while_space_is_held(
    browser: Browser, live_server: LiveServer, watch: Watch
) -> None:
    region = rated_picture(make_study())
    page = open_at(browser, live_server, watch, region, 1.5)
    original, mask = noise(), ellipse()

    outlined = cut(drawn(page), original)
    changed = np.any(outlined != original, axis=2)
    near, far = grown(mask, 1), grown(mask, 2)
    assert not np.any(changed & mask)
    assert not np.any(changed & ~far)
    assert np.all(outlined[near & ~mask] == 24)
    assert np.all(outlined[far & ~near] == 244)

    page.keyboard.down(" ")
    assert np.array_equal(cut(drawn(page), original), original)
    page.keyboard.up(" ")
    assert np.array_equal(cut(drawn(page), original), outlined)

    button = page.locator("#hide-outline").bounding_box()
    assert button is not None
    page.mouse.move(button["x"] + 5, button["y"] + 5)
    page.mouse.down()
    assert np.array_equal(cut(drawn(page), original), original)
    page.mouse.up()
    assert np.array_equal(cut(drawn(page), original), outlined)

    page.locator("#hide-outline").focus()
    page.keyboard.down("Enter")
    assert np.array_equal(cut(drawn(page), original), original)
    page.keyboard.up("Enter")
    assert np.array_equal(cut(drawn(page), original), outlined)
    page.context.close()


def grown(mask: NDArray[np.bool_], reach: int) -> NDArray[np.bool_]:
    """Pixels within `reach`, also diagonally."""
    padded = np.pad(mask, reach)
    height, width = mask.shape
    steps = range(2 * reach + 1)
    return np.any([padded[y : y + height, x : x + width] for y in steps for x in steps], axis=0)


def test_a_large_picture_is_centred_on_the_region_and_moves_by_whole_pixels(
    browser: Browser, live_server: LiveServer, watch: Watch
) -> None:
    region = rated_picture(make_study(), width=1600, height=1300)
    page = open_at(browser, live_server, watch, region, 1)
    original = noise(1600, 1300)
    page.keyboard.down(" ")
    canvas = drawn(page)
    height, width = canvas.shape[:2]
    left, top = region.x + region.width // 2 - width // 2, region.y + region.height // 2 - height // 2

    assert np.array_equal(canvas, original[top : top + height, left : left + width])
    expect(page.locator("#overview")).to_be_visible()

    page.keyboard.press("Shift+ArrowRight")
    assert np.array_equal(drawn(page), original[top : top + height, left + 80 : left + 80 + width])
    page.mouse.move(300, 300)
    page.mouse.down()
    page.mouse.move(337, 311)
    page.mouse.up()
    assert np.array_equal(drawn(page), original[top - 11 : top - 11 + height, left + 43 : left + 43 + width])
    page.context.close()


def test_a_turned_photograph_is_shown_as_its_exif_says(browser: Browser, live_server: LiveServer, watch: Watch) -> None:
    upright = noise(200, 300)
    out, exif = BytesIO(), Picture.Exif()
    exif[0x0112] = 6
    Picture.fromarray(np.rot90(upright)).save(out, "PNG", exif=exif)
    study = make_study()
    image = make_image(study, out.getvalue(), width=200, height=300, orientation=6)
    page = open_at(browser, live_server, watch, add_region(image, ellipse(200, 300)), 1)
    page.keyboard.down(" ")

    assert np.array_equal(cut(drawn(page), upright), upright)
    page.context.close()


def test_a_file_that_says_srgb_is_not_converted(browser: Browser, live_server: LiveServer, watch: Watch) -> None:
    out, original = BytesIO(), noise()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Picture.fromarray(original).save(out, "PNG", icc_profile=profile)
    image = make_image(make_study(), out.getvalue(), width=300, height=200)
    page = open_at(browser, live_server, watch, add_region(image, ellipse()), 1)
    page.keyboard.down(" ")

    assert np.array_equal(cut(drawn(page), original), original)
    page.context.close()


def test_another_page_zoom_is_still_one_to_one(browser: Browser, live_server: LiveServer, watch: Watch) -> None:
    region = rated_picture(make_study())
    page = open_at(browser, live_server, watch, region, 1)
    session = page.context.new_cdp_session(page)

    metrics = {"width": 880, "height": 576, "deviceScaleFactor": 1.25, "mobile": False}
    session.send("Emulation.setDeviceMetricsOverride", metrics)
    page.wait_for_function("() => window.devicePixelRatio === 1.25")
    until_drawn(page)
    page.keyboard.down(" ")

    assert np.array_equal(cut(drawn(page), noise()), noise())
    page.context.close()
