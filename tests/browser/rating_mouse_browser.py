"""Everything there is to do while rating, by mouse alone."""

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from annotation.models import Remark, Vote
from annotation.opinion import SCALES
from tests.browser.conftest import SignIn, Watch
from tests.browser.pixels_browser import drawn
from tests.browser.rating_browser import levels_of, open_screen, study_with
from tests.browser.scenes import rated_picture
from tests.browser.waiting import until_drawn
from tests.factories import make_member

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_sitting_is_done_by_mouse_alone(open_as: SignIn, live_server: LiveServer, watch: Watch) -> None:
    watch.expected.append("409 (Conflict)")  # the last vote may overtake the renewal of its lease
    study = study_with(0, guidelines="Look.")
    for seed in range(3):
        rated_picture(study, seed, width=1600, height=1300)
    page = open_as(make_member(study))
    open_screen(page, live_server, study)
    until_drawn(page)

    look_around(page)
    look_up(page)
    answer(page, [0, 1, 2, 3, 4, 5, 0, 4])
    page.locator("#undo").click()
    expect(page.locator("#answers input:checked")).to_have_count(8)
    answer(page, [5, 5, 5, 5, 5, 5, 4, 0])
    page.locator("[data-verb=own-votes]").click()
    page.get_by_role("button", name="Rate again").click()
    expect(page.locator("#answers input:checked")).to_have_count(8)
    answer(page, [1] * 8)
    remark(page, "flag")
    expect(page.locator("#notice")).to_contain_text("Flagged.")
    remark(page, "cannot-judge")
    expect(page.locator("#saved")).to_have_text("Saved")
    page.locator("[data-verb=stop]").click()
    page.locator("#go-on").click()
    give(page, [2] * 8)

    expect(page.locator("[data-screen=nothing_now]")).to_be_visible()
    expect(page.locator("#saved")).to_have_text("Saved")
    assert [levels_of(vote) for vote in Vote.objects.live().order_by("pk")] == [[1] * 8, [2] * 8]
    assert sorted(Remark.objects.values_list("kind", flat=True)) == ["cannot_judge", "flag"]


def look_around(page: Page) -> None:
    """Both views, the outline off and on, and dragging."""
    first = drawn(page)
    page.locator("[data-view=whole]").click()
    assert not np.array_equal(drawn(page), first)
    page.locator("[data-view=region]").click()
    assert np.array_equal(drawn(page), first)
    page.locator("#hide-outline").hover()
    page.mouse.down()
    assert not np.array_equal(drawn(page), first)
    page.mouse.up()
    assert np.array_equal(drawn(page), first)
    page.mouse.move(300, 300)
    page.mouse.down()
    page.mouse.move(340, 320)
    page.mouse.up()
    assert not np.array_equal(drawn(page), first)
    page.locator("#blink").click()


def look_up(page: Page) -> None:
    for dialog in ("anchors", "guidelines", "keys"):
        page.locator(f"[data-verb={dialog}]").click()
        expect(page.locator(f"#{dialog}")).to_be_visible()
        page.locator(f"#{dialog}").get_by_role("button", name="Close").click()
        expect(page.locator(f"#{dialog}")).to_be_hidden()


def answer(page: Page, levels: list[int]) -> None:
    give(page, levels)
    expect(page.locator("#answers input:checked")).to_have_count(0)
    expect(page.locator("#saved")).to_have_text("Saved")


def give(page: Page, levels: list[int]) -> None:
    for scale, level in zip(SCALES, levels, strict=True):
        page.locator(f"#answers label:has(input[name={scale}][value='{level}'])").click()
    page.locator("#submit").click()


def remark(page: Page, kind: str) -> None:
    page.locator(f"[data-verb={kind}]").click()
    page.locator("#remark label").first.click()
    page.locator("#remark").get_by_role("button", name="Send").click()
