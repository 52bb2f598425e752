"""Axe, with its colours remembered, still tells one from another."""

import pytest
from playwright.sync_api import Page

from tests.browser.axe import COLOURS, violations

PAGE = """<style>:root { color-scheme: light dark; } p { background: %s; }</style>
<p id="some" style="color: %s">Some words</p>
<p id="faint" style="color: rgb(0 0 0 / 0.3)">Faint</p><p style="color: black">Clear</p>"""


@pytest.mark.parametrize(("text", "wrong"), [("#767676", ["#faint"]), ("#777777", ["#some", "#faint"])])
def test_too_little_contrast_is_found_each_time(page: Page, text: str, wrong: list[str]) -> None:
    page.set_content(PAGE % ("#ffffff", text))

    for _ in range(2):
        found = violations(page, "here", COLOURS)
        assert [one.split(" at ")[1].split(":")[0] for one in found] == wrong


def test_a_colour_that_changed_is_read_anew(page: Page) -> None:
    page.set_content(PAGE % ("#ffffff", "black"))
    before = violations(page, "here", COLOURS)
    page.locator("p").first.evaluate("(words) => { words.style.color = '#dddddd'; }")

    assert (len(before), len(violations(page, "here", COLOURS))) == (1, 2)
