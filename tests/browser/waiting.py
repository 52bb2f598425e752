"""Waiting for what a page does by itself: for a condition, never for a time."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

TWO_FRAMES = "() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))"


def until_drawn(page: Page) -> None:
    """What was asked before is on the canvas and on the screen."""
    page.evaluate(TWO_FRAMES)


def until_saved(page: Page) -> None:
    """The last region was rated, and the server has every vote."""
    expect(page.locator("[data-screen=all_done]")).to_be_visible()
    expect(page.locator("#saved")).to_have_text("Saved")


def until(page: Page, condition: Callable[[], bool]) -> None:
    """For what only the test can see."""
    for _ in range(300):
        if condition():
            return
        page.wait_for_timeout(100)
    raise AssertionError("waited in vain")
