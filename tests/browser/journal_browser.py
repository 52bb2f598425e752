"""A study's journal: read, filtered, unfolded, and kept as a file."""

import csv

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from annotation.actions.accepting import accept_all
from annotation.actions.codebooks import publish_codebook
from annotation.actions.exclusions import exclude
from annotation.actions.gold import mark_gold
from annotation.actions.members import limit_member, pause_member
from annotation.actions.messages import send_message
from annotation.actions.protocols import set_protocol
from annotation.actions.regions import discard, draw
from annotation.actions.settings import change_settings
from annotation.actions.studies import add_member
from annotation.enums import Role
from annotation.masks import Mask
from annotation.models import Membership
from tests.browser.axe import in_both_schemes
from tests.browser.conftest import SignIn
from tests.browser.waiting import follow
from tests.factories import make_image, make_member, make_opinion, make_region
from tests.masks import rectangle_rle
from tests.webapp.pages.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene() -> Cast:
    """A day of a manager."""
    scene = make_cast()
    study, ada, ben = scene.study, scene.people["manager"], scene.people["annotator"]
    member = Membership.objects.get(user=ben)
    change_settings(study=study, changes={"votes_wanted": 9, "prelabel_policy": "random_arm"}, by=ada)
    set_protocol(study=study, settings={"warm_up": 1, "exam_wanted": True}, by=ada)
    set_protocol(study=study, settings={"warm_up": 2}, by=ada)
    publish_codebook(study=study, guidelines="Look at the region. " * 40, by=ada, correction=True, number=1)
    publish_codebook(study=study, guidelines="Look at the region twice.", by=ada, correction=False, number=1)
    add_member(study=study, user=scene.people["outsider"], role=Role.ANNOTATOR, by=ada)
    add_member(study=study, user=scene.people["outsider"], role=Role.REVIEWER, by=ada)
    limit_member(membership=member, votes_at_most=500, votes_per_day=None, by=ada)
    pause_member(membership=member, paused=True, by=ada)
    exclude(study=study, annotator=ben, by=ada, reason="Always the same answer.")
    image = make_image(study, name="a terns' colony at noon.png")
    for _ in range(3):
        make_region(study, image, accepted=False)
    mask = Mask(rle=rectangle_rle(64, 48, 2, 2, 40, 40), box=(2, 2, 40, 40), area=1600)
    drawn = draw(image=image, mask=mask, level="object", by=ada)
    accept_all(study=study, by=ada)
    discard(region=drawn, by=scene.people["manager"])
    mark_gold(region=make_region(study, image), by=ada, use="training", opinion=make_opinion(blur=1))
    send_message(study=study, by=ada, to=ben, text="Please look at the guidelines again before you go on.")
    change_settings(study=study, changes={"status": "paused"}, by=ada)
    make_member(study, Role.MANAGER, "eve")
    return scene


@pytest.fixture
def page(open_as: SignIn, live_server: LiveServer, scene: Cast) -> Page:
    page = open_as(scene.people["manager"])
    page.goto(f"{live_server.url}/studies/gulls/settings")
    follow(page.get_by_role("link", name="Journal"))
    return page


def test_lines_are_read_filtered_and_unfolded(page: Page) -> None:
    rows = page.locator(".deed")
    status = rows.filter(has=page.locator(".deed-what", has_text="Status changed"))
    expect(status).to_contain_text("Open → became Paused")
    assert in_both_schemes(page, "the journal") == []

    page.locator("[name=what]").select_option("guidelines_corrected")
    follow(page.get_by_role("button", name="Show"))

    expect(rows).to_have_count(1)
    page.get_by_text("Before and after").click()
    expect(rows.locator("pre").first).to_have_text("Look at the **region**.")
    assert in_both_schemes(page, "a text unfolded") == []

    page.locator("[name=what]").select_option("people")
    page.locator("[name=person]").select_option(label="ben")
    follow(page.get_by_role("button", name="Show"))
    expect(rows.locator(".deed-what").first).to_have_text("Message sent")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save these lines as CSV").click()
    with saved.value.path().open(encoding="utf-8", newline="") as file:
        kept = [row["kind"] for row in csv.DictReader(file)]
    assert kept == ["message_sent", "excluded", "member_paused", "limit_changed", "member_added"]
