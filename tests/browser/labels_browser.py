"""The pages about labels with something on them: nothing serious by axe, nothing wider than a phone, decisions by hand."""

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from annotation.enums import LabelStatus
from annotation.models import Adjudication, Label, Membership, Study
from annotation.queries.analyses import forget
from tests.browser.axe import bring_axe, in_both_schemes
from tests.browser.conftest import SignIn
from tests.browser.label_scenes import panel_study
from tests.browser.waiting import follow, until
from tests.factories import cast, make_image, make_member, make_region, make_study
from tests.masks import rectangle_rle
from tests.pictures import picture_bytes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def fresh() -> None:
    forget()


def addresses(study: Study) -> list[str]:
    one = Label.objects.filter(study=study, status=LabelStatus.DISPUTED).earliest("region").region_id
    decided = Adjudication.objects.get(study=study).region_id
    persons = [Membership.objects.get(study=study, user__username=name).pk for name in ("rater0", "rater3")]
    ends = [
        *("agreement", "annotators", "disputes", "planner", "drift", "report", "second-opinion"),
        *(f"disputes/{region}" for region in (one, decided)),
        *(f"annotators/{person}" for person in persons),
    ]
    return [f"/studies/{study.slug}/labels/{end}" for end in ends]


def test_no_page_about_labels_is_hard_to_read(open_as: SignIn, live_server: LiveServer) -> None:
    study, ada = panel_study()
    page = open_as(ada)
    bring_axe(page)
    problems = []

    for address in addresses(study):
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(live_server.url + address)
        problems += in_both_schemes(page, address)
        page.set_viewport_size({"width": 390, "height": 800})
        wide = page.evaluate("document.documentElement.scrollWidth")
        problems += [f"{address} is {wide} pixels wide"] if wide > 390 else []

    assert problems == []


def test_words_below_the_bars_can_be_read_on_a_phone(open_as: SignIn, live_server: LiveServer) -> None:
    """As large as they are drawn, not as they are said to be: a figure shrinks with the window."""
    study, ada = panel_study()
    page = open_as(ada)
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{live_server.url}/studies/{study.slug}/labels/report")

    drawn = page.locator(".report figure svg text").evaluate_all(
        "(all) => all.map((word) => parseFloat(getComputedStyle(word).fontSize) * word.getScreenCTM().a)"
    )

    assert (len(drawn) > 10, min(drawn) >= 9) == (True, True)


def test_a_dispute_is_decided_and_the_next_comes(open_as: SignIn, live_server: LiveServer) -> None:
    study, ada = panel_study()
    page = open_as(ada)
    page.goto(f"{live_server.url}/studies/{study.slug}/labels/disputes")
    follow(page.get_by_role("link", name="Decide the first"))
    heading = page.get_by_role("heading", level=1).inner_text()

    for choice in page.locator("select[required]").all():
        choice.select_option(label="Minor")
    page.get_by_label("Why").fill("Seen at full size.")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("Decided. The label says that it rests on a decision.")).to_be_visible()
    follow(page.get_by_role("link", name="Next of"))

    expect(page.get_by_role("heading", level=1)).not_to_have_text(heading)
    assert Adjudication.objects.filter(study=study, made_by=ada).count() == 1
    assert not any(name in page.content() for name in ("rater0", "rater5"))


@pytest.mark.parametrize(("part", "frame"), [("labels/disputes", ".dispute-picture"), ("gold", ".gold-edit")])
def test_a_region_wider_than_a_phone_scrolls_in_its_own_frame(
    open_as: SignIn, live_server: LiveServer, part: str, frame: str
) -> None:
    study = make_study(votes_wanted=1)
    picture = picture_bytes("PNG", 800, 600)
    box = {"x": 0, "y": 0, "width": 700, "height": 500, "area": 350_000}
    image = make_image(study, picture, width=800, height=600)
    region = make_region(study, image, rle=rectangle_rle(800, 600, 0, 0, 700, 500), **box)
    cast(region, make_member(study))
    page = open_as(make_member(study, "manager"))
    page.set_viewport_size({"width": 390, "height": 844})

    page.goto(f"{live_server.url}/studies/{study.slug}/{part}/{region.pk}")

    scrolling = page.locator(f"{frame} .scroll")
    until(page, lambda: scrolling.evaluate("(one) => one.scrollWidth > one.clientWidth"))
    assert page.evaluate("document.documentElement.scrollWidth") == 390
