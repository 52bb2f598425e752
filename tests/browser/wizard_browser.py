"""From nothing to a first vote by somebody who was invited: what a manager clicks, in the order in which they would."""

import time
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from annotation.actions import jobs
from annotation.actions.imports import run_import
from annotation.actions.regions import Candidate, propose
from annotation.enums import CheckPolicy, Role
from annotation.masks import encode_mask
from annotation.models import Image, Import, Membership, Protocol, Region, Study, User, Vote
from tests.browser.conftest import SignIn, Watch
from tests.browser.scenes import ellipse, noise, png
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)

FIVE_MINUTES = 300


def work_off_imports() -> None:
    """What the worker would do."""
    job = jobs.claim(Import)
    assert job is not None
    run_import(job=job)


def propose_for_all() -> None:
    """Two proposals a picture: one goes into the study, the other waits."""
    for image in Image.objects.select_related("study"):
        masks = [encode_mask(ellipse(image.width, image.height)), encode_mask(~ellipse(image.width, image.height))]
        found = [Candidate(mask, "object", 0.9 - place / 10, chosen=place == 0) for place, mask in enumerate(masks)]
        propose(image=image, candidates=found, proposer="test")


def answer_all_rows(page: Page) -> None:
    """The picture fits the window, so one look of two seconds opens all rows."""
    for group in page.locator("#answers fieldset").all():
        expect(group.locator("input").first).to_be_enabled()
        group.locator("label").nth(2).click()


def test_a_study_from_its_name_to_the_first_vote_of_an_invited_person(
    open_as: SignIn,
    live_server: LiveServer,
    browser: Browser,
    watch: Watch,
) -> None:
    began = time.monotonic()
    ada = make_user("ada", is_staff=True)
    page = open_as(ada)

    page.goto(live_server.url)
    page.get_by_role("link", name="New study").click()
    page.get_by_label("Name", exact=True).fill("Gulls of the harbour")
    page.get_by_role("button", name="Begin").click()

    page.wait_for_url("**/setup/images")
    files = [(f"gull {number}.png", png(noise(seed=number))) for number in range(3)]
    page.locator("#files").set_input_files(
        [{"name": name, "mimeType": "image/png", "buffer": data} for name, data in files]
    )
    expect(page.locator("#live")).to_contain_text("Queued")
    work_off_imports()
    expect(page.locator("#live")).to_contain_text("3 pictures are in the study")  # htmx asks by itself
    page.get_by_role("link", name="On to the regions").click()

    expect(page.locator("#live")).to_contain_text("3 of 3 pictures to go")
    propose_for_all()
    page.get_by_role("button", name="Accept all 3 proposals").click()
    expect(page.locator("#accept-all")).to_have_count(0)
    assert Region.objects.accepted().count() == 6
    page.get_by_role("link", name="On to the protocol").click()

    page.get_by_label("Lab study (recommended)").check()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_label("Guidelines")).not_to_have_value("")
    page.get_by_role("button", name="Save and go on").click()

    page.get_by_label("For how many people").fill("3")
    page.get_by_role("button", name="Make the link").click()
    link = page.locator("#link-text").inner_text()
    page.get_by_role("link", name="Finish").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gulls of the harbour is ready")
    study = Study.objects.get()
    assert study.protocol.viewing_check == CheckPolicy.WARN
    assert study.guidelines != ""

    invited_person_votes(browser, live_server, watch, link)
    assert time.monotonic() - began < FIVE_MINUTES
    assert Membership.objects.get(user__username="finn").role == Role.ANNOTATOR


def invited_person_votes(browser: Browser, live_server: LiveServer, watch: Watch, link: str) -> None:
    Protocol.objects.update(viewing_check=CheckPolicy.OFF, warm_up=0, break_minutes=5)  # tested by themselves
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    watch.follow(page, urlsplit(live_server.url).netloc)
    page.goto(link)
    page.get_by_label("User name").fill("finn")
    page.get_by_label("Password", exact=True).fill("correct horse battery")
    page.get_by_label("The password again").fill("correct horse battery")
    page.get_by_role("button", name="Make the account and join").click()
    expect(page.get_by_role("status").first).to_contain_text("You are in the study Gulls of the harbour")
    page.get_by_role("link", name="Start rating").click()  # the guidelines are on this page
    page.locator("#answers").wait_for()
    answer_all_rows(page)
    page.locator("#submit").click()
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")
    assert Vote.objects.filter(annotator=User.objects.get(username="finn")).count() == 1
    watch.settle()
    context.close()


def test_every_step_can_be_left_and_come_back_to(open_as: SignIn, live_server: LiveServer) -> None:
    page = open_as(make_user("ada", is_staff=True))
    page.goto(f"{live_server.url}/studies/new")
    page.get_by_label("Name", exact=True).fill("Terns")
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/setup/images")

    page.get_by_role("link", name="Guidelines").click()
    page.get_by_label("Guidelines").fill("Look at the *region*.")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("link", name="Leave").click()
    page.get_by_role("link", name="Set up step by step").click()

    page.wait_for_url("**/setup/images")  # the first thing that is missing
    page.go_back()
    page.wait_for_url("**/studies/terns")
    page.goto(f"{live_server.url}/studies/terns/setup/guidelines")
    expect(page.get_by_label("Guidelines")).to_have_value("Look at the *region*.")
