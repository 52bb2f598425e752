"""Rating in Chinese: chosen by a click, and from then on nothing on the screen is English but what is quoted."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from annotation.models import Vote
from tests.browser.conftest import SignIn
from tests.browser.rating_browser import levels_of, study_with
from tests.factories import make_member
from tests.webapp.test_languages import english

__all__ = ["english"]
pytestmark = pytest.mark.django_db(transaction=True)
ENGLISH = re.compile(r"[A-Za-z]{2,}(?:[ ,]+[A-Za-z]{2,}){2,}")


def test_a_region_is_rated_in_chinese(open_as: SignIn, live_server: LiveServer) -> None:
    study = study_with(2, name="灰鸥")
    page = open_as(make_member(study))
    page.goto(live_server.url)
    page.get_by_role("button", name="简体中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(page.get_by_role("heading", name="我的研究")).to_be_visible()

    page.goto(f"{live_server.url}/studies/{study.slug}/rate")
    expect(page.locator("#answers")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#say")).to_have_text("尚未回答：曝光、噪声、模糊、对比度、色彩、压缩、质量、重要性。")
    for level in (0, 1, 2, 3, 4, 5, 0, 4):
        page.keyboard.press(str(level))
    expect(page.locator("#say")).to_have_text("八项已全部回答。")
    assert _english_on(page) == []

    page.keyboard.press("Enter")
    expect(page.locator("#saved")).to_have_text("已保存")
    assert levels_of(Vote.objects.get()) == [0, 1, 2, 3, 4, 5, 0, 4]


def test_own_votes_say_scales_and_levels_in_chinese(open_as: SignIn, live_server: LiveServer) -> None:
    study = study_with(1)
    page = open_as(make_member(study))
    page.context.add_cookies([{"name": "language", "value": "zh-hans", "url": live_server.url}])
    page.goto(f"{live_server.url}/studies/{study.slug}/rate")
    expect(page.locator("#answers")).to_be_visible()
    for level in (5, 5, 3, 5, 5, 5, 2, 1):
        page.keyboard.press(str(level))
    page.keyboard.press("Enter")
    expect(page.locator("[data-screen=all_done]")).to_be_visible()
    expect(page.locator("#saved")).to_have_text("已保存")

    page.get_by_role("button", name="我的评分").click()

    expect(page.locator("#own-votes [data-said]")).to_have_text("质量 一般 · 重要性 次要 · 模糊 轻微")


def _english_on(page: Page) -> list[str]:
    return ENGLISH.findall(page.locator("body").inner_text())
