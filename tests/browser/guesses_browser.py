"""What the rating screen shows of the model's guess: what the policy says, calmly, and nothing otherwise."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from annotation.enums import PrelabelPolicy, PrelabelSeen
from annotation.models import Exposure, Region, Study, Vote
from tests.annotation.prelabels import make_prelabel
from tests.browser.conftest import SignIn
from tests.browser.rating_browser import open_screen, study_with
from tests.factories import make_member, make_version

pytestmark = pytest.mark.django_db(transaction=True)


def judged(regions: int, policy: str, share: float = 1.0) -> Study:
    version = make_version(name="gull 7")
    study = study_with(regions, prelabel_policy=policy, arm_share=share, active_version=version)
    for number, region in enumerate(Region.objects.filter(study=study)):
        make_prelabel(region, version, {"quality": 1.0, "blur": 2.0} if number == 0 else {"quality": 4.0})
    return study


def rate_one(page: Page) -> None:
    for _ in range(8):
        page.keyboard.press("3")
    page.keyboard.press("Enter")


def guesses(page: Page) -> list[str]:
    return page.eval_on_selector_all("[data-guess]", "places => places.map(place => place.textContent)")


def test_the_shown_arm_reads_the_guess_beside_the_scales(open_as: SignIn, live_server: LiveServer) -> None:
    study = judged(1, PrelabelPolicy.RANDOM_ARM)
    page = open_as(make_member(study))

    open_screen(page, live_server, study)

    expect(page.locator("#guess")).to_have_text("The model’s guess · gull 7 (" + study.active_version.sha256[:8] + ")")
    assert guesses(page) == ["non-existent", "non-existent", "moderate", *["non-existent"] * 3, "poor", "normal"]
    assert page.locator("#answers input:checked").count() == 0
    rate_one(page)
    expect(page.locator("[data-screen=all_done]")).to_be_visible()
    assert Vote.objects.get().prelabel_seen == PrelabelSeen.BEFORE_VOTE


@pytest.mark.parametrize("policy, share", [(PrelabelPolicy.NEVER, 1.0), (PrelabelPolicy.RANDOM_ARM, 0.0)])
def test_otherwise_there_is_nothing(open_as: SignIn, live_server: LiveServer, policy: str, share: float) -> None:
    study = judged(2, policy, share)
    page = open_as(make_member(study))

    open_screen(page, live_server, study)
    rate_one(page)
    expect(page.locator("#saved")).to_have_text("Saved")
    expect(page.locator("#answers input:checked")).to_have_count(0)

    expect(page.locator("#guess")).to_be_hidden()
    assert guesses(page) == [""] * 8
    assert "gull 7" not in page.content()


def test_after_the_vote_the_guess_is_about_the_last_region_while_the_next_is_on_screen(
    open_as: SignIn, live_server: LiveServer
) -> None:
    study = judged(2, PrelabelPolicy.AFTER_VOTE)
    page = open_as(make_member(study))
    open_screen(page, live_server, study)
    expect(page.locator("#last-guess")).to_be_empty()
    assert guesses(page) == [""] * 8

    rate_one(page)
    expect(page.locator("#last-guess")).to_contain_text("The model’s guess for your last region (gull 7")

    first = Exposure.objects.get()
    words = (
        "quality poor, importance normal, moderate blur."
        if first.region_id == Region.objects.earliest("pk").pk
        else ("quality excellent, importance normal, no distortion.")
    )
    expect(page.locator("#last-guess")).to_contain_text(words)
    expect(page.locator("#answers input:checked")).to_have_count(0)
    page.keyboard.press("z")
    expect(page.locator("#answers input:checked")).to_have_count(8)
    expect(page.locator("#last-guess")).to_be_empty()
    page.keyboard.press("Enter")
    expect(page.locator("#saved")).to_have_text("Saved")
    assert [vote.prelabel_seen for vote in Vote.objects.order_by("pk")] == ["nothing", "before_vote"]
