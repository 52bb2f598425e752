"""The pages around teaching, in light and dark and on a phone: axe finds nothing and nothing is wider than the window."""

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from annotation.actions.codebooks import publish_codebook
from annotation.enums import ExamKind
from annotation.models import Gold, Study, User
from tests.annotation.actions.teaching import sit
from tests.browser.axe import bring_axe, in_both_schemes, violations
from tests.browser.conftest import SignIn
from tests.browser.scenes import rated_picture
from tests.browser.teaching_browser import add_anchors, answer_all, rated, teaching

pytestmark = pytest.mark.django_db(transaction=True)


def scene() -> tuple[Study, User, list[str]]:
    """A manager who also rates: has trained, failed and passed, and every page of theirs."""
    study = teaching(training=1, exam=10)
    add_anchors(study)
    ada = study.memberships.get(role="manager").user
    publish_codebook(study=study, guidelines="Look **twice**.", by=ada, correction=False, number=1)
    training = sit(study, ada, ExamKind.TRAINING)
    failed = sit(study, ada, quality=4)
    open_region = rated_picture(study, 99)
    pages = [
        *("guidelines", "guidelines/1", "guidelines/edit", "anchors", "gold", "exams"),
        *(f"gold/{Gold.objects.first().pk}", f"gold/{open_region.pk}"),
        *(f"exams/{training.pk}/result", f"exams/{failed.pk}/result"),
    ]
    return study, ada, pages


def test_axe_finds_nothing_and_no_page_is_wider_than_its_window(open_as: SignIn, live_server: LiveServer) -> None:
    study, ada, pages = scene()
    page = open_as(ada)
    bring_axe(page)

    problems = []
    for end in pages:
        page.goto(f"{live_server.url}/studies/{study.slug}/{end}")
        for more in page.locator(".anchor-row details summary").all()[:1]:
            more.click()
        problems += in_both_schemes(page, end)
        for width in (1024, 390, 1280):
            page.set_viewport_size({"width": width, "height": 720})
            if page.evaluate("document.documentElement.scrollWidth") > width:
                problems.append(f"{end}: wider than {width}")

    assert problems == []


def test_axe_finds_nothing_in_the_dialogs_of_training(open_as: SignIn, live_server: LiveServer) -> None:
    study, ada, _ = scene()
    page = open_as(ada)
    page.goto(f"{live_server.url}/studies/{study.slug}/exams")
    page.get_by_role("button", name="Train again").click()
    rated(page)
    problems = violations(page, "training")
    page.locator("[data-verb=anchors]").click()
    page.locator("#anchors [data-scale=blur]").click()
    expect(page.locator("#anchors .anchors img")).to_have_count(6)
    problems += violations(page, "examples")
    page.keyboard.press("Escape")
    answer_all(page, noise=1)
    expect(page.locator("#feedback")).to_be_visible()

    assert problems + violations(page, "feedback") == []
