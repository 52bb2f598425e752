"""Lists of people and of images: chosen with a tick, and decided about together."""

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from annotation.enums import RegionStatus, Role
from annotation.models import Membership, Message, Region, Study, User
from tests.browser.axe import in_both_schemes
from tests.browser.conftest import SignIn
from tests.browser.scenes import rated_picture
from tests.browser.waiting import follow
from tests.factories import make_member, make_study

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def study() -> Study:
    return make_study(name="Gulls", slug="gulls", votes_wanted=1)


@pytest.fixture
def ada(study: Study) -> User:
    return make_member(study, Role.MANAGER, "ada")


def test_people_are_chosen_limited_and_written_to(
    open_as: SignIn, live_server: LiveServer, study: Study, ada: User
) -> None:
    make_member(study, name="ben"), make_member(study, name="bob"), make_member(study, Role.REVIEWER, "dora")
    page = open_as(ada)
    page.goto(f"{live_server.url}/studies/gulls/people")
    pause, send = (page.get_by_role("button", name=name, exact=True) for name in ("Pause", "Send"))
    expect(pause).to_be_disabled()
    page.locator(".filters [name=role]").select_option("annotator")
    follow(page.get_by_role("button", name="Show"))
    page.get_by_label("All on this page").check()
    expect(page.locator("[data-count]")).to_have_text("2 / 2")
    page.locator("summary", has_text="Limits of votes").click()
    page.locator("summary", has_text="Message").click()
    assert in_both_schemes(page, "people are chosen") == []

    page.get_by_label("Votes in a day").fill("0")  # a limit that makes no sense is in nobody else's way
    page.get_by_label("To each of them").fill("Look at the edges.")
    send.click()

    expect(page.get_by_text("People who have the message on their screen: 2.")).to_be_visible()
    expect(page.locator(".filters [name=role]")).to_have_value("annotator")
    page.get_by_role("checkbox", name="bob").check()
    pause.click()
    expect(page.get_by_text("People who get no regions for now: 1.")).to_be_visible()
    assert set(Message.objects.values_list("recipient__username", flat=True)) == {"ben", "bob"}
    assert list(Membership.objects.filter(paused=True).values_list("user__username", flat=True)) == ["bob"]


def test_images_are_chosen_and_taken_out(open_as: SignIn, live_server: LiveServer, study: Study, ada: User) -> None:
    regions = [rated_picture(study, seed) for seed in (1, 2, 3)]
    page = open_as(ada)
    page.goto(f"{live_server.url}/studies/gulls/images")
    out = page.get_by_role("button", name="Take out of the study")
    expect(out).to_be_disabled()
    page.get_by_role("checkbox", name=regions[0].image.name).check()
    page.get_by_role("checkbox", name=regions[2].image.name).check()
    expect(page.locator("[data-count]")).to_have_text("2 / 3")
    assert in_both_schemes(page, "images are chosen") == []
    out.click()

    expect(page.get_by_text("Images taken out of the study: 2.")).to_be_visible()
    kept = Region.objects.exclude(status=RegionStatus.DISCARDED).order_by("pk")
    assert list(kept) == [regions[1]]
    assert in_both_schemes(page, "it can be taken back") == []
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("2 regions are as they were before.")).to_be_visible()
    assert list(kept.all()) == regions
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)


def test_on_a_tablet_nothing_one_can_do_with_people_lies_outside_the_window(
    open_as: SignIn, live_server: LiveServer, study: Study, ada: User
) -> None:
    make_member(study, name="simulated-01")
    page = open_as(ada)
    page.set_viewport_size({"width": 820, "height": 1180})
    page.goto(f"{live_server.url}/studies/gulls/people")

    expect(page.get_by_role("button", name="Remove simulated-01")).to_be_visible()
    assert page.locator(".scroll:has(.found-people)").evaluate("(table) => table.scrollWidth - table.clientWidth") == 0
