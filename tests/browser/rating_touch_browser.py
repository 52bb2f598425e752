"""Rating by fingers alone, on a tablet and on a phone."""

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from annotation.models import Remark, Vote
from annotation.opinion import SCALES
from tests.browser.conftest import SignIn, Watch, sign_in
from tests.browser.rating_browser import levels_of, open_screen, study_with
from tests.factories import make_member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("width, height, ratio", [(1024, 768, 1.5), (390, 844, 2)])
def test_a_region_is_rated_taken_back_and_another_cannot_be_judged_by_fingers_alone(
    browser: Browser, live_server: LiveServer, watch: Watch, width: int, height: int, ratio: float
) -> None:
    study = study_with(2)
    context = browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=ratio,
        has_touch=True,
        is_mobile=True,
        service_workers="block",
    )
    sign_in(context, live_server, make_member(study))
    page = context.new_page()
    watch.follow(page, live_server.url.removeprefix("http://"))
    open_screen(page, live_server, study)

    tap_all(page, [0, 1, 2, 3, 4, 5, 0, 4])
    page.locator("#submit").tap()
    expect(page.locator("#answers input:checked")).to_have_count(0)
    expect(page.locator("#saved")).to_have_text("Saved")
    page.locator("#undo").tap()
    expect(page.locator("#answers input:checked")).to_have_count(8)
    tap_all(page, [5, 5, 5, 5, 5, 5, 4, 0])
    page.locator("#submit").tap()
    expect(page.locator("#answers input:checked")).to_have_count(0)
    page.locator("[data-verb=cannot-judge]").tap()
    page.locator("#remark label").first.tap()
    page.locator("#remark button:not([type=button])").tap()

    expect(page.locator("[data-screen=nothing_now]")).to_be_visible()
    expect(page.locator("#saved")).to_have_text("Saved")
    vote = Vote.objects.live().get()
    assert (levels_of(vote), vote.device_pixel_ratio) == ([5, 5, 5, 5, 5, 5, 4, 0], ratio)
    assert Remark.objects.get().kind == "cannot_judge"
    context.close()


@pytest.mark.browser_context_args(viewport={"width": 820, "height": 1180}, has_touch=True)
def test_a_tablet_shows_the_picture_all_eight_rows_and_submit_at_once(open_as: SignIn, live_server: LiveServer) -> None:
    study = study_with(1)
    page = open_as(make_member(study))
    open_screen(page, live_server, study)

    boxes = page.locator("#answers fieldset").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().toJSON())"
    )
    bar = page.locator(".rate-end").evaluate("one => one.getBoundingClientRect().toJSON()")
    stage = page.locator(".stage").evaluate("one => one.getBoundingClientRect().toJSON()")

    assert len({box["left"] for box in boxes}) == 2
    assert max(box["bottom"] for box in boxes) <= bar["top"]
    assert bar["bottom"] <= 1180
    assert min(box["top"] for box in boxes) >= stage["bottom"]
    assert stage["height"] > 1180 / 2


@pytest.mark.parametrize(
    "size",
    [
        pytest.param(size, marks=pytest.mark.browser_context_args(viewport=size, has_touch=True))
        for size in ({"width": 1024, "height": 768}, {"width": 1180, "height": 820}, {"width": 390, "height": 844})
    ],
)
def test_what_is_tapped_is_as_large_as_a_finger(open_as: SignIn, live_server: LiveServer, size: dict[str, int]) -> None:
    study = study_with(1)
    page = open_as(make_member(study))
    open_screen(page, live_server, study)

    small = page.locator(".rating button:visible, .levels label").evaluate_all(
        "all => all.filter(one => one.getBoundingClientRect().height < 44).map(one => one.innerText)"
    )
    panel = page.locator(".panel").evaluate("one => [one.scrollHeight, one.clientHeight]")
    tools = page.locator(".stage-tools").evaluate("one => [one.scrollHeight, one.clientHeight]")
    last = page.locator(".rate-bar button:visible").last.evaluate("one => one.getBoundingClientRect().right")

    assert small == []
    assert panel[0] == panel[1]
    assert tools[0] == tools[1]
    assert size["width"] - last <= 16


@pytest.mark.browser_context_args(viewport={"width": 390, "height": 844}, has_touch=True)
def test_the_last_answer_stays_in_sight_on_a_phone(open_as: SignIn, live_server: LiveServer) -> None:
    study = study_with(1)
    page = open_as(make_member(study))
    open_screen(page, live_server, study)

    tap_all(page, [5, 5, 5, 5, 5, 5, 4, 2])
    expect(page.locator("#say")).to_have_text("All eight answered.")

    row = page.locator("fieldset[data-scale=importance]").evaluate("one => one.getBoundingClientRect().bottom")
    assert row <= page.locator(".rate-end").evaluate("one => one.getBoundingClientRect().top")


def tap_all(page: Page, levels: list[int]) -> None:
    for scale, level in zip(SCALES, levels, strict=True):
        page.locator(f"#answers label:has(input[name={scale}][value='{level}'])").tap()
