"""The viewing check in a real browser: by mouse, by keyboard, passed, failed, and asked again."""

import os
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from annotation.actions.viewing import read_challenge
from annotation.enums import CheckPolicy
from annotation.models import Study, User, ViewingCheck
from annotation.viewing_challenge import Challenge
from tests.annotation.actions.sitters import make_protocol
from tests.browser.axe import in_both_schemes, violations
from tests.browser.conftest import SignIn, sign_in
from tests.browser.scenes import rated_picture
from tests.factories import make_member, make_study

pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = os.environ.get("GULLERY_SHOTS", "")


@pytest.fixture
def study() -> Study:
    study = make_study(slug="birds", name="Birds at the feeder")
    make_protocol(study, viewing_check=CheckPolicy.BLOCK)
    rated_picture(study)
    return study


@pytest.fixture
def ben(study: Study) -> User:
    return make_member(study, name="ben")


def open_check(page: Page, live_server: LiveServer, study: Study, ben: User) -> Challenge:
    page.goto(f"{live_server.url}/studies/birds/viewing")
    token = page.locator("#viewing").get_attribute("data-challenge")
    assert token is not None
    return read_challenge(token, study, ben)


def answer(page: Page, challenge: Challenge, *, distance: bool = True, night: str = "off") -> None:
    for matrix, patches in (("dark", challenge.dark), ("light", challenge.light)):
        for cell in patches:
            page.locator(f"[data-matrix={matrix}] [data-cell='{cell}']").click()
    page.locator("#digit-1").focus()
    page.keyboard.type("".join(map(str, challenge.digits.values())))
    page.locator(f"input[name=night][value={night}]").check()
    if distance:
        page.get_by_label("From how far").fill("70")


def shoot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


@pytest.mark.browser_context_args(device_scale_factor=1)  # the right distance goes by the screen's own pixels
def test_who_sees_everything_goes_on_to_rate(live_server: LiveServer, open_as: SignIn, study: Study, ben: User) -> None:
    page = open_as(ben)
    challenge = open_check(page, live_server, study, ben)
    expect(
        page.get_by_text("The screen has 1280 × 720 pixels; this study asks for at least 1280 × 720.")
    ).to_be_visible()
    answer(page, challenge)
    page.locator("#card-width").fill("320")
    expect(page.get_by_text("For this screen about 92 cm is right")).to_be_visible()
    shoot(page, "answered")

    page.get_by_role("button", name="Check my screen").click()

    expect(page.get_by_role("heading", name="The screen is fit for rating")).to_be_visible()
    check = ViewingCheck.objects.get()
    assert (check.passed, check.failings, check.distance_cm) == (True, [], 70)
    assert (check.pixel_pitch_um, check.night_mode_off, check.colour_gamut) == (pytest.approx(267.5), True, "srgb")
    shoot(page, "passed")
    page.get_by_role("link", name="Start rating").click()
    expect(page.locator("#rate")).to_be_visible()


def test_a_failed_check_says_what_to_do(live_server: LiveServer, open_as: SignIn, study: Study, ben: User) -> None:
    page = open_as(ben)
    open_check(page, live_server, study, ben)
    page.locator("input[name=night][value=on]").check()
    page.get_by_label("I have no card here").check()
    page.get_by_label("From how far").fill("60")
    page.get_by_role("button", name="Check my screen").click()

    expect(page.locator("#failed")).to_be_focused()
    expect(page.get_by_text("A night mode is on. Switch it off while you rate.")).to_be_visible()
    expect(page.locator("a[data-blocks=no]")).to_be_hidden()
    shoot(page, "failed")
    assert violations(page, "failed") == []
    assert ViewingCheck.objects.get().failings == ["night_mode", "brightness", "colours"]
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_role("button", name="Check my screen")).to_be_visible()


ANOTHER_SCREEN = """const real = window.matchMedia.bind(window);
window.matchMedia = (query) => real(/gamut/.test(query) ? 'not all' : /dynamic-range/.test(query) ? 'all' : query);"""
"""Fewer colours than sRGB, and a high dynamic range."""


def test_what_is_only_warned_of_is_shown_and_stored_and_fails_nothing(
    live_server: LiveServer, open_as: SignIn, study: Study, ben: User
) -> None:
    page = open_as(ben)
    page.emulate_media(color_scheme="dark")
    page.add_init_script(ANOTHER_SCREEN)
    challenge = open_check(page, live_server, study, ben)

    expect(page.locator("[data-fact=dark]")).to_be_visible()
    expect(page.locator("[data-fact=range]")).to_be_visible()
    expect(page.locator("[data-fact=gamut] .tag.warn")).to_be_visible()
    answer(page, challenge)
    page.get_by_role("button", name="Check my screen").click()

    expect(page.get_by_role("heading", name="The screen is fit for rating")).to_be_visible()
    check = ViewingCheck.objects.get()
    assert (check.dark_mode, check.high_dynamic_range, check.colour_gamut, check.failings) == (True, True, "", [])


@pytest.mark.browser_context_args(screen={"width": 1920, "height": 1080})
def test_a_window_that_does_not_fill_the_screen_is_said_and_fails(
    live_server: LiveServer, open_as: SignIn, study: Study, ben: User
) -> None:
    page = open_as(ben)
    challenge = open_check(page, live_server, study, ben)
    expect(page.locator("[data-fact=window] .tag.warn")).to_be_visible()
    answer(page, challenge)
    page.get_by_role("button", name="Check my screen").click()

    expect(page.get_by_text("The window does not fill the screen.")).to_be_visible()
    assert ViewingCheck.objects.get().failings == ["window"]


@pytest.mark.parametrize(("policy", "may_go_on"), [(CheckPolicy.BLOCK, False), (CheckPolicy.WARN, True)])
def test_who_failed_goes_on_where_the_study_only_warns(
    live_server: LiveServer, open_as: SignIn, study: Study, ben: User, policy: CheckPolicy, may_go_on: bool
) -> None:
    study.protocol.viewing_check = policy
    study.protocol.save()
    page = open_as(ben)
    challenge = open_check(page, live_server, study, ben)
    answer(page, challenge, night="on")
    page.get_by_role("button", name="Check my screen").click()
    expect(page.locator("#failed")).to_be_focused()

    page.goto(f"{live_server.url}/studies/birds/rate")

    shown = "#answers" if may_go_on else "[data-screen=check_due]"
    expect(page.locator(shown)).to_be_visible()


@pytest.mark.browser_context_args(device_scale_factor=1)  # the right distance goes by the screen's own pixels
def test_asked_again_the_screen_s_size_is_remembered(
    live_server: LiveServer, open_as: SignIn, study: Study, ben: User
) -> None:
    ViewingCheck.objects.create(
        study=study, annotator=ben, passed=True, screen_width=1280, screen_height=720, window_width=1280,
        window_height=720, device_pixel_ratio=1, pixel_pitch_um=276.7, distance_cm=95, expires_at=timezone.now(),
    )  # fmt: skip
    page = open_as(ben)
    challenge = open_check(page, live_server, study, ben)
    expect(page.get_by_text("You have measured this screen before: 0.277 mm from pixel to pixel")).to_be_visible()
    shoot(page, "again")
    answer(page, challenge, distance=False)
    page.get_by_role("button", name="Check my screen").click()

    expect(page.get_by_role("heading", name="The screen is fit for rating")).to_be_visible()
    latest = ViewingCheck.objects.order_by("-pk").first()
    assert (latest.pixel_pitch_um, latest.distance_cm) == (276.7, 95)


def test_it_works_by_keyboard_alone(live_server: LiveServer, open_as: SignIn, study: Study, ben: User) -> None:
    page = open_as(ben)
    challenge = open_check(page, live_server, study, ben)
    page.locator("input[name=night][value=off]").focus()
    page.keyboard.press("Space")
    page.locator("#card-width").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_label("From how far").focus()
    page.keyboard.type("80")
    for matrix, patches in (("dark", challenge.dark), ("light", challenge.light)):
        page.locator(f"[data-matrix={matrix}] [data-cell='0']").focus()
        for cell in range(12):
            if cell in patches:
                page.keyboard.press("Space")
            page.keyboard.press("Tab")
    for digit in challenge.digits.values():
        page.keyboard.type(str(digit))
    expect(page.get_by_role("button", name="Check my screen")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="The screen is fit for rating")).to_be_visible()


@pytest.mark.parametrize("ratio", [1.5, 2])
def test_the_pitch_is_that_of_device_pixels(
    live_server: LiveServer, browser: Browser, study: Study, ben: User, ratio: float
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 720}, device_scale_factor=ratio)
    sign_in(context, live_server, ben)
    page = context.new_page()
    challenge = open_check(page, live_server, study, ben)
    answer(page, challenge)
    page.locator("#card-width").fill("320")
    page.get_by_role("button", name="Check my screen").click()

    expect(page.get_by_role("heading", name="The screen is fit for rating")).to_be_visible()
    check = ViewingCheck.objects.get()
    assert (check.device_pixel_ratio, check.pixel_pitch_um) == (ratio, pytest.approx(267.5 / ratio))
    context.close()


@pytest.mark.parametrize("size", [(1920, 1080), (1280, 720), (390, 844)])
def test_the_page_fits_and_axe_finds_nothing(
    live_server: LiveServer, open_as: SignIn, study: Study, ben: User, size: tuple[int, int]
) -> None:
    page = open_as(ben)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    open_check(page, live_server, study, ben)
    page.wait_for_load_state("networkidle")
    shoot(page, f"viewing_{size[0]}")

    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert in_both_schemes(page, f"{size[0]} wide") == []
