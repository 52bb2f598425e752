"""Waiting for what a page does by itself: for a condition, never for a time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect

TWO_FRAMES = "() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))"


def until_drawn(page: Page) -> None:
    """What was asked before is on the canvas and on the screen."""
    page.evaluate(TWO_FRAMES)


def until_saved(page: Page) -> None:
    """The last region was rated, and the server has every vote."""
    expect(page.locator("[data-screen=all_done]")).to_be_visible()
    expect(page.locator("#saved")).to_have_text("Saved")


def follow(way: Locator) -> None:
    """Clicks, and waits for the page that it leads to: a click returns while that is still being read."""
    with way.page.expect_navigation():
        way.click()


@contextmanager
def until_next_is_held(page: Page) -> Iterator[None]:
    """Around the opening of the rating screen: the region after the first one has come too, with its picture."""
    came: set[str] = set()
    page.on("requestfinished", lambda request: came.add(request.url) if request.url.endswith("/image") else None)
    yield
    until(page, lambda: len(came) > 1)


def until(page: Page, condition: Callable[[], bool]) -> None:
    """For what only the test can see."""
    for _ in range(600):
        if condition():
            return
        page.wait_for_timeout(100)
    raise AssertionError("waited in vain")
