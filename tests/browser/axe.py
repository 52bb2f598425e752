"""What axe finds on a page. It is read by a page once, however often the page is asked."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

REMEMBER_COLOURS = """(() => {
    const { Color } = axe.commons.color, read = Color.prototype.parseString, known = new Map();
    Color.prototype.parseString = function (text) {
        const { r, g, b, alpha } = known.get(text) ?? read.call(this, text);
        known.set(text, { r, g, b, alpha });
        return Object.assign(this, { r, g, b, alpha });
    };
})();"""
"""Axe reads the same few colours for every element anew, which took a third of its time."""
AXE = AXE_SCRIPT + REMEMBER_COLOURS
SETS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
COLOURS = ["color-contrast"]
ASK = """(runOnly) => axe.run({ runOnly, resultTypes: ['violations'], preload: false }).then(
    ({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(
        ({ target, failureSummary }) => `${id} at ${target}: ${failureSummary}`)))"""


def bring_axe(page: Page) -> None:
    """For who asks about one page after another: each has it already, and half a megabyte is not sent again."""
    page.add_init_script(AXE)


def violations(page: Page, where: str, rules: list[str] = SETS) -> list[str]:
    page.wait_for_load_state()  # after a click there may be half a page yet
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    return [f"{where}: {found}" for found in page.evaluate(ASK, rules)]


def in_both_schemes(page: Page, where: str) -> list[str]:
    """The page is shown in light; in dark only its colours are others, and they do not fade in."""
    found = violations(page, f"{where}, light")
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found += violations(page, f"{where}, dark", COLOURS)
    page.emulate_media(color_scheme="light")
    return found
