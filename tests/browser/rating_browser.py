"""Rating with the keyboard alone, drafts, undo, and what the screen says when there is nothing to do."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from annotation.enums import StudyStatus
from annotation.models import Protocol, Study, Vote
from annotation.opinion import SCALES
from tests.browser.conftest import SignIn
from tests.browser.scenes import rated_picture
from tests.browser.waiting import until, until_next_is_held
from tests.factories import make_member, make_study

DRAFT_OF = """(answers) => new Promise((resolve) => {
    const opening = indexedDB.open('gullery');
    opening.onsuccess = () => {
        const rows = opening.result.transaction('drafts').objectStore('drafts').getAll();
        rows.onsuccess = () => {
            opening.result.close();
            resolve(rows.result.some((row) => Object.keys(row.levels).length === answers));
        };
    };
})"""
pytestmark = pytest.mark.django_db(transaction=True)


def study_with(regions: int, **fields: object) -> Study:
    study = make_study(votes_wanted=1, **fields)
    for seed in range(regions):
        rated_picture(study, seed)
    return study


def open_screen(page: Page, live_server: LiveServer, study: Study) -> None:
    page.goto(f"{live_server.url}/studies/{study.slug}/rate")
    if study.guidelines and not Vote.objects.exists():
        expect(page.locator("#guidelines")).to_be_visible()
        page.keyboard.press("Escape")
    expect(page.locator("#answers")).to_be_visible()


def levels_of(vote: Vote) -> list[int]:
    return [getattr(vote, scale) for scale in SCALES]


@pytest.mark.parametrize(
    "ratio",
    [pytest.param(ratio, marks=pytest.mark.browser_context_args(device_scale_factor=ratio)) for ratio in (1, 1.5, 2)],
)
def test_three_regions_are_rated_by_keyboard_alone(open_as: SignIn, live_server: LiveServer, ratio: float) -> None:
    study = study_with(3)
    ben = make_member(study)
    page = open_as(ben)
    open_screen(page, live_server, study)
    opinions = [[0, 1, 2, 3, 4, 5, 0, 4], [5, 5, 5, 5, 5, 5, 4, 0], [1, 1, 1, 1, 1, 1, 1, 1]]

    for opinion in opinions:
        expect(page.locator("#answers input:checked")).to_have_count(0)
        for level in opinion:
            page.keyboard.press(str(level))
        expect(page.locator("#say")).to_have_text("All eight answered.")
        page.keyboard.press("Enter")

    expect(page.locator("[data-screen=all_done]")).to_be_visible()
    expect(page.locator("#saved")).to_have_text("Saved")
    expect(page.locator("#today")).to_have_text("3")
    votes = list(Vote.objects.order_by("pk"))
    assert [levels_of(vote) for vote in votes] == opinions
    assert {vote.annotator for vote in votes} == {ben}
    assert {(vote.device_pixel_ratio, vote.viewport_width, vote.client) for vote in votes} == {
        (ratio, 1280, "gullery-web/1")
    }
    assert [(vote.late, vote.surplus) for vote in votes] == [(False, False)] * 3


def test_enter_names_what_is_missing_and_goes_there(open_as: SignIn, live_server: LiveServer) -> None:
    study = study_with(1)
    page = open_as(make_member(study))
    open_screen(page, live_server, study)

    page.keyboard.press("3")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("2")
    page.keyboard.press("Enter")

    expect(page.locator("#say")).to_have_text(
        "Still to answer: noise, contrast, colorfulness, compression, quality, importance."
    )
    assert page.evaluate("document.activeElement.name") == "noise"
    assert Vote.objects.count() == 0


def test_a_level_the_row_does_not_have_is_explained_and_backspace_clears(
    open_as: SignIn, live_server: LiveServer
) -> None:
    study = study_with(1)
    page = open_as(make_member(study))
    open_screen(page, live_server, study)

    for _ in range(6):
        page.keyboard.press("4")
    page.keyboard.press("5")
    expect(page.locator("#say")).to_have_text("Quality goes from 0 to 4.")
    page.keyboard.press("Backspace")

    assert page.locator("#answers input:checked").count() == 5
    assert page.evaluate("document.activeElement.name") == "compression"


def test_a_reload_keeps_the_draft(open_as: SignIn, live_server: LiveServer) -> None:
    study = study_with(2)
    page = open_as(make_member(study))
    open_screen(page, live_server, study)
    for level in (3, 1, 2):
        page.keyboard.press(str(level))
    until(page, lambda: bool(page.evaluate(DRAFT_OF, 3)))

    page.reload()

    expect(page.locator("#answers input:checked")).to_have_count(3)
    chosen = page.eval_on_selector_all("#answers input:checked", "inputs => inputs.map(i => [i.name, i.value])")
    assert chosen == [["exposure", "3"], ["noise", "1"], ["blur", "2"]]
    assert page.evaluate("document.activeElement.name") == "contrast"


def test_the_last_vote_is_taken_back_and_given_anew(open_as: SignIn, live_server: LiveServer) -> None:
    study = study_with(2)
    page = open_as(make_member(study))
    open_screen(page, live_server, study)
    for level in (2, 2, 2, 2, 2, 2, 2, 2):
        page.keyboard.press(str(level))
    page.keyboard.press("Enter")
    expect(page.locator("#answers input:checked")).to_have_count(0)
    expect(page.locator("#saved")).to_have_text("Saved")

    page.keyboard.press("z")
    expect(page.locator("#answers input:checked")).to_have_count(8)
    page.keyboard.press("4")
    page.keyboard.press("Enter")
    expect(page.locator("#answers input:checked")).to_have_count(0)
    expect(page.locator("#saved")).to_have_text("Saved")

    old, new = Vote.objects.order_by("pk")
    assert (old.retracted_at is None, new.retracted_at) == (False, None)
    assert old.region == new.region
    assert (levels_of(old), levels_of(new)) == ([2] * 8, [2, 2, 2, 2, 2, 2, 2, 4])


def test_mouse_answers_go_on_to_the_next_empty_row(open_as: SignIn, live_server: LiveServer) -> None:
    study = study_with(1)
    page = open_as(make_member(study))
    open_screen(page, live_server, study)

    for scale in SCALES:
        page.locator(f"input[name={scale}][value='3']").click()
    page.locator("#submit").click()

    expect(page.locator("[data-screen=all_done]")).to_be_visible()
    assert [levels_of(vote) for vote in Vote.objects.all()] == [[3] * 8]


def protocol(study: Study, **fields: object) -> None:
    """Without what comes before the first region."""
    none = {"viewing_check": "off", "warm_up": 0, "sitting_minutes": 0, "repeat_share": 0, "gold_every": 0}
    Protocol.objects.create(study=study, **(none | fields))


def rate(page: Page, level: int) -> None:
    expect(page.locator("#answers input:checked")).to_have_count(0)
    for _ in range(8):
        page.keyboard.press(str(level))
    page.keyboard.press("Enter")
    expect(page.locator("#answers input:checked")).to_have_count(0)


def rate_last(page: Page) -> None:
    for _ in range(8):
        page.keyboard.press("3")
    page.keyboard.press("Enter")


@pytest.mark.parametrize(
    ("status", "screen"),
    [(StudyStatus.PAUSED, "paused"), (StudyStatus.CLOSED, "closed"), (StudyStatus.OPEN, "nothing_yet")],
)
def test_no_seat_has_its_own_screen(open_as: SignIn, live_server: LiveServer, status: str, screen: str) -> None:
    study = study_with(0, status=status)
    page = open_as(make_member(study))

    page.goto(f"{live_server.url}/studies/{study.slug}/rate")

    expect(page.locator(f"[data-screen={screen}]")).to_be_visible()


def test_the_screen_says_nothing_that_could_sway(open_as: SignIn, live_server: LiveServer) -> None:
    """No file name, no other votes, no score: not in the page and not in what it fetches."""
    study = study_with(2)
    heard: list[str] = []
    page = open_as(make_member(study))
    page.on(
        "response",
        lambda response: (
            heard.append(response.text()) if "assignments" in response.url and "image" not in response.url else None
        ),
    )
    with until_next_is_held(page):
        open_screen(page, live_server, study)

    everything = page.content() + "".join(heard)
    for image in study.images.all():
        assert image.name not in everything
        assert image.sha256 not in everything
    assert "score" not in "".join(heard)
