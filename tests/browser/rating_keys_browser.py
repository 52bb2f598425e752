"""Keys: shown, changed by pressing them, the same on every layout."""

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from annotation.keys import ACTIONS
from tests.browser.conftest import SignIn, Watch
from tests.browser.rating_browser import open_screen, study_with
from tests.factories import make_member, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_key_is_changed_by_pressing_it_and_kept_for_good(
    open_as: SignIn, live_server: LiveServer, watch: Watch
) -> None:
    watch.expected.append("400 (Bad Request)")
    study = study_with(1)
    ben = make_member(study)
    page = open_as(ben)
    open_screen(page, live_server, study)

    page.keyboard.press("?")
    page.locator("[data-change=guidelines]").click()
    page.keyboard.press("f")
    expect(page.locator("#keys [role=alert]")).to_have_text("The key F would do two things: blink and guidelines.")
    page.locator("[data-change=guidelines]").click()
    page.keyboard.press("r")
    expect(page.locator("#keys dt [data-key=guidelines]")).to_have_text("R")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    expect(page.locator("#guidelines")).to_be_hidden()
    page.reload()
    expect(page.locator("#answers")).to_be_visible()
    page.keyboard.press("r")
    expect(page.locator("#guidelines")).to_be_visible()
    page.keyboard.press("Escape")
    ben.refresh_from_db()
    assert ben.keys == "guidelines = R"

    page.keyboard.press("?")
    page.locator("#keys [data-reset]").click()
    expect(page.locator("#keys dt [data-key=guidelines]")).to_have_text("G")
    ben.refresh_from_db()
    assert ben.keys == ""


@pytest.mark.parametrize(
    ("key", "code", "means"),
    [("é", "Digit2", "answer-2"), ("2", "Digit2", "answer-2"), ("4", "Numpad4", "answer-4"), ("п", "KeyG", "guidelines"),
     ("g", "KeyI", "guidelines"), ("G", "KeyG", "guidelines"), ("!", "Slash", "flag"), ("Tab", "Tab", None)],
)  # fmt: skip
def test_keys_work_on_any_layout(
    open_as: SignIn, live_server: LiveServer, key: str, code: str, means: str | None
) -> None:
    page = open_as(make_user())
    page.goto(live_server.url)
    text = "\n".join(f"{action} = {own}" for action, own in ACTIONS.items())

    script = "async ([text, event]) => new (await import('gullery/keys')).Keys(text).actionOf(event) ?? null"
    got = page.evaluate(
        script,
        [text, {"key": key, "code": code}],
    )

    assert got == means
