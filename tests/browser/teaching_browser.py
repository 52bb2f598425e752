"""Examples one key away, training with feedback, and an exam without: as a person meets them."""

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from annotation.actions.anchors import put_anchor
from annotation.actions.gold import mark_gold
from annotation.enums import GoldUse
from annotation.models import AnchorOpening, Exam, Protocol, Study, Vote
from tests.browser.conftest import SignIn, Watch, sign_in
from tests.browser.scenes import noise, png, rated_picture
from tests.factories import make_member, make_opinion, make_study

pytestmark = pytest.mark.django_db(transaction=True)
RIGHT = {"exposure": 5, "noise": 5, "blur": 2, "contrast": 5, "colorfulness": 5, "compression": 5}
WHAT_EXPERTS_SAY = {**RIGHT, "quality": 1, "importance": 2}


def teaching(training: int, exam: int) -> Study:
    study = make_study()
    rules = {"viewing_check": "off", "least_view_ms": 0, "exam_wanted": True}
    Protocol.objects.create(study=study, training_regions=training, exam_regions=exam, **rules)
    ada = make_member(study, "manager")
    for number in range(training + exam):
        use = GoldUse.TRAINING if number < training else GoldUse.EXAM
        opinion = make_opinion(**WHAT_EXPERTS_SAY)
        region = rated_picture(study, number)
        mark_gold(region=region, by=ada, use=use, opinion=opinion, explanation="The edges are wide.")
    return study


def add_anchors(study: Study, scale: str = "blur") -> None:
    for level in range(6):
        data = png(noise(120, 150, seed=level))
        put_anchor(study=study, scale=scale, level=level, name="a.png", data=data, by=None)


def answer_all(page: Page, **levels: int) -> None:
    """Row by row, whatever their order is."""
    rows = page.locator("#answers .answer")
    for place in range(rows.count()):
        row = rows.nth(place)
        scale = row.get_attribute("data-scale") or ""
        row.locator(f"input[value='{(WHAT_EXPERTS_SAY | levels)[scale]}']").click()
    page.keyboard.press("Enter")


def rated(page: Page) -> None:
    """The next region is on screen."""
    expect(page.locator("#answers")).to_be_visible()
    expect(page.locator("#answers input:checked")).to_have_count(0)


def begin_training(open_as: SignIn, live_server: LiveServer) -> Page:
    """The first of two regions is on screen."""
    study = teaching(training=2, exam=1)
    page = open_as(make_member(study))
    page.goto(f"{live_server.url}/studies/{study.slug}/exams")
    page.get_by_role("button", name="Start the training").click()
    rated(page)
    return page


def test_training_tells_what_experts_say_and_goes_on(open_as: SignIn, live_server: LiveServer) -> None:
    page = begin_training(open_as, live_server)
    expect(page.locator("#exam-progress")).to_have_text("Training 1 of 2")

    answer_all(page, noise=1)

    dialog = page.locator("#feedback")
    expect(dialog).to_be_visible()
    expect(dialog.locator(".feedback-count")).to_contain_text("You agree on 7 of eight.")
    expect(dialog.locator("tr.wrong th")).to_have_text("Noise")
    expect(dialog.locator("tr.wrong [data-own]")).to_have_text("Severe")
    expect(dialog.locator("tr.wrong [data-expert]")).to_have_text("Non-existent")
    expect(dialog.locator("[data-why] p")).to_have_text("The edges are wide.")
    page.keyboard.press("Enter")
    rated(page)
    expect(page.locator("#exam-progress")).to_have_text("Training 2 of 2")

    answer_all(page)
    expect(dialog.locator("[data-verdict=right]")).to_be_visible()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Training done")).to_be_visible()
    assert [vote.purpose for vote in Vote.objects.all()] == ["training"] * 2


def test_training_goes_on_when_the_server_itself_has_answered(open_as: SignIn, live_server: LiveServer) -> None:
    page = begin_training(open_as, live_server)
    page.route("**/api/v1/votes", lambda route: route.fulfill(content_type="text/html", body="Accept the terms."))

    answer_all(page)
    expect(page.locator("#saved")).to_have_text("Offline, 1 waiting")
    page.unroute("**/api/v1/votes")
    page.evaluate("window.dispatchEvent(new Event('online'))")

    expect(page.locator("#feedback [data-verdict=right]")).to_be_visible()
    page.keyboard.press("Enter")
    rated(page)
    assert Vote.objects.count() == 1


def test_an_exam_gives_no_feedback_goes_on_after_a_reload_and_ends_with_the_result(
    open_as: SignIn, live_server: LiveServer
) -> None:
    study = teaching(training=0, exam=3)
    page = open_as(make_member(study))
    page.goto(f"{live_server.url}/studies/{study.slug}/exams")
    page.get_by_role("button", name="Start the exam").click()
    rated(page)
    answer_all(page)
    rated(page)
    expect(page.locator("#exam-progress")).to_have_text("Exam 2 of 3")
    assert page.locator("#feedback").count() == 0

    page.reload()
    rated(page)
    expect(page.locator("#exam-progress")).to_have_text("Exam 2 of 3")
    answer_all(page)
    rated(page)
    answer_all(page)

    expect(page.get_by_role("heading", name="Passed")).to_be_visible()
    exam = Exam.objects.get()
    assert (exam.answered, exam.passed, exam.within, exam.balanced) == (3, True, 1.0, 1.0)


def test_examples_are_one_key_away_and_looking_is_kept(open_as: SignIn, live_server: LiveServer) -> None:
    study = make_study(votes_wanted=1)
    region = rated_picture(study)
    add_anchors(study)
    ben = make_member(study)
    page = open_as(ben)
    page.goto(f"{live_server.url}/studies/{study.slug}/rate")
    rated(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")

    page.keyboard.press("a")
    expect(page.locator("#anchors [data-scale=blur]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#anchors .anchors img")).to_have_count(6)
    words = page.locator("#anchors .anchor-word span").all_inner_texts()
    assert words == ["Extreme", "Severe", "Moderate", "Minor", "Trivial", "Non-existent"]
    page.wait_for_function(
        "() => [...document.querySelectorAll('#anchors img')].every((one) => one.naturalWidth === 120)"
    )
    with page.expect_response("**/anchor-openings"):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#anchors [data-none]")).to_be_visible()
    with page.expect_response("**/anchor-openings"):
        page.keyboard.press("a")
    expect(page.locator("#anchors")).to_be_hidden()

    rows = AnchorOpening.objects.order_by("scale").values_list("annotator", "scale", "region")
    assert list(rows) == [(ben.pk, "blur", region.pk), (ben.pk, "contrast", region.pk)]
    page.keyboard.press("3")
    assert page.locator("#answers input:checked").count() == 1


@pytest.mark.parametrize("ratio", [1, 1.5, 2])
def test_one_pixel_of_an_example_is_one_of_the_screen(
    browser: Browser, live_server: LiveServer, watch: Watch, ratio: float
) -> None:
    study = make_study(votes_wanted=1)
    rated_picture(study)
    add_anchors(study)
    context = browser.new_context(viewport={"width": 1280, "height": 720}, device_scale_factor=ratio)
    sign_in(context, live_server, make_member(study))
    page = context.new_page()
    watch.follow(page, live_server.url.removeprefix("http://"))
    page.goto(f"{live_server.url}/studies/{study.slug}/rate")
    rated(page)
    page.locator("[data-verb=anchors]").click()
    page.locator("#anchors [data-scale=blur]").click()
    expect(page.locator("#anchors .anchors img")).to_have_count(6)

    sizes = page.eval_on_selector_all(
        "#anchors img", "images => images.map((one) => one.getBoundingClientRect().width * devicePixelRatio)"
    )

    assert sizes == pytest.approx([120] * 6, abs=0.02)
    watch.settle()
    context.close()


def test_a_draft_of_the_guidelines_is_kept_by_the_browser(open_as: SignIn, live_server: LiveServer) -> None:
    study = make_study(guidelines="Old.")
    page = open_as(make_member(study, "manager"))
    address = f"{live_server.url}/studies/{study.slug}/guidelines/edit"
    page.goto(address)
    page.locator("#guidelines").fill("A long draft.")
    page.goto(address)
    expect(page.locator("#draft-found")).to_be_visible()
    expect(page.locator("#guidelines")).to_have_value("A long draft.")

    page.get_by_role("button", name="A new version").click()

    expect(page.get_by_text("Number 2 is in force.")).to_be_visible()
    page.goto(address)
    expect(page.locator("#draft-found")).to_be_hidden()
    expect(page.locator("#guidelines")).to_have_value("A long draft.")
