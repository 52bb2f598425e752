"""Click anywhere: clicks, boxes and keys ask; mask, numbers and sentences appear as they come; an absent worker is named."""

import re
from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from annotation.actions import jobs
from annotation.actions.assessments import prompt_of, store_judgement, store_mask, store_sentences
from annotation.actions.prelabels import Guess
from annotation.actions.versions import promote
from annotation.enums import Role
from annotation.masks import encode_mask
from annotation.models import Assessment, Heartbeat, Image, Picture
from annotation.scales import DISTORTIONS
from tests.browser.axe import in_both_schemes
from tests.browser.conftest import SignIn, Watch
from tests.browser.review_browser import block, click_pixel, place_of
from tests.browser.scenes import add_picture, noise, png
from tests.factories import make_member, make_study, make_version

pytestmark = pytest.mark.django_db(transaction=True)

NONE = [0.0, 0.0, 0.0, 0.0, 0.0, 1.0]
GUESS = Guess(
    levels=dict.fromkeys(DISTORTIONS, NONE)
    | {"blur": [0.1, 0.7, 0.1, 0.0, 0.0, 0.1], "quality": [0.1, 0.8, 0.1, 0.0, 0.0], "importance": [0.0, 0.0, 0.1, 0.8, 0.1]},
    undistorted=0.05,
    flags=["tiny", "no_cell_at_level_4"],
)  # fmt: skip
SAY, ANSWER = "#say", "#answer"


@pytest.fixture
def image() -> Image:
    study = make_study()
    promote(study=study, version=make_version(name="tiny"), reason="The first.")
    return add_picture(study)


@pytest.fixture
def page(open_as: SignIn, live_server: LiveServer, image: Image) -> Iterator[Page]:
    opened = open_as(make_member(image.study, Role.REVIEWER))
    with opened.expect_response("**/file"):  # asked for when everything else is ready
        opened.goto(f"{live_server.url}/studies/{image.study.slug}/try")
    expect(opened.locator("#picture")).to_be_visible()
    yield opened
    Assessment.objects.update(status="cancelled")  # or the page would go on asking


def claimed() -> Assessment:
    found = jobs.claim(Assessment)
    assert found is not None
    return found


def asked(page: Page) -> object:
    return page.expect_response(lambda answer: answer.request.method == "POST" and "/assessments" in answer.url)


def finish(assessment: Assessment) -> None:
    store_mask(assessment=assessment, mask=encode_mask(block(60, 40, 80, 80)))
    store_judgement(assessment=assessment, guess=GUESS)
    jobs.finish(assessment)


def white_pixels(page: Page) -> int:
    """The outline is white; noise hardly ever is."""
    return int(
        page.evaluate("""() => { const shown = document.getElementById('picture');
            const copy = new OffscreenCanvas(shown.width, shown.height).getContext('2d', {willReadFrequently: true});
            copy.drawImage(shown, 0, 0);
            const { data } = copy.getImageData(0, 0, shown.width, shown.height);
            let count = 0;
            for (let i = 0; i < data.length; i += 4) count += data[i] + data[i + 1] + data[i + 2] === 765;
            return count; }""")
    )


def test_mask_numbers_and_sentences_appear_as_they_come(page: Page) -> None:
    before = white_pixels(page)
    with asked(page):  # type: ignore[attr-defined]
        click_pixel(page, 100.5, 80.5)
    row = claimed()
    assert prompt_of(row) == ([(100, 80, True)], None)

    store_mask(assessment=row, mask=encode_mask(block(60, 40, 80, 80)))
    expect(page.locator(SAY)).to_have_text(re.compile("^Thinking…"))  # and more words where it takes long
    assert white_pixels(page) > before + 500
    expect(page.locator(ANSWER)).to_be_hidden()

    store_judgement(assessment=row, guess=GUESS)
    expect(page.locator(".scale .word")).to_have_text(["poor", "important"])
    first = page.locator(".distortions tbody tr").first
    expect(first.locator("th, td").nth(0)).to_have_text("blur")
    expect(first.locator("td").nth(0)).to_have_text("severe")
    expect(first.locator("td").nth(1)).to_have_text("90 %")
    expect(page.locator(".distortions tr.absent")).to_have_count(5)
    assert first.locator("svg").get_attribute("aria-label") == (
        "blur: extreme 10 %, severe 70 %, moderate 10 %, minor 0 %, trivial 0 %, none 10 %"
    )
    expect(page.locator("#summary")).to_have_text("Quality poor, importance important, severe blur.")
    expect(page.locator(".notes li")).to_have_count(2)

    store_sentences(assessment=row, sentences=["The quality is poor.", "With severe blur distortions."])
    expect(page.locator(".sentences p")).to_have_text(["The quality is poor.", "With severe blur distortions."])


def test_shift_adds_alt_takes_away_and_a_plain_click_begins_anew(page: Page) -> None:
    for x, y, keys in ((100, 80, []), (150, 90, ["Shift"]), (20, 30, ["Alt"]), (200, 100, [])):
        with asked(page):  # type: ignore[attr-defined]
            page.locator("#picture").click(position=place_of(page, x + 0.5, y + 0.5), modifiers=keys)

    assert [prompt_of(row)[0] for row in Assessment.objects.order_by("pk")] == [
        [(100, 80, True)],
        [(100, 80, True), (150, 90, True)],
        [(100, 80, True), (150, 90, True), (20, 30, False)],
        [(200, 100, True)],
    ]


def test_buttons_add_and_take_away_for_those_without_keys(page: Page) -> None:
    for x, y, button in ((100, 80, ""), (150, 90, "#way-add"), (20, 30, "#way-away"), (200, 100, "#way-away")):
        if button:
            page.locator(button).click()
        with asked(page):  # type: ignore[attr-defined]
            click_pixel(page, x + 0.5, y + 0.5)

    assert [prompt_of(row)[0] for row in Assessment.objects.order_by("pk")] == [
        [(100, 80, True)],
        [(100, 80, True), (150, 90, True)],
        [(100, 80, True), (150, 90, True), (20, 30, False)],
        [(200, 100, True)],
    ]


def test_a_dragged_box_asks_about_what_is_in_it(page: Page) -> None:
    frame = page.locator("#picture").bounding_box()
    assert frame is not None
    corners = [place_of(page, x + 0.5, y + 0.5) for x, y in ((160, 120), (60, 40))]
    first, second = [(frame["x"] + corner["x"], frame["y"] + corner["y"]) for corner in corners]
    with asked(page):  # type: ignore[attr-defined]
        page.mouse.move(*first)
        page.mouse.down()
        page.mouse.move(*second, steps=4)
        page.mouse.up()

    assert prompt_of(Assessment.objects.get()) == ([], (60, 40, 101, 81))


def test_the_keyboard_alone_is_enough(page: Page) -> None:
    page.locator("#picture").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "Shift+ArrowLeft"):
        page.keyboard.press(key)
    with asked(page):  # type: ignore[attr-defined]
        page.keyboard.press("Enter")

    assert prompt_of(Assessment.objects.get())[0] == [(155, 106, True)]
    finish(claimed())
    expect(page.locator(".scale .word")).to_have_text(["poor", "important"])
    page.keyboard.press("Escape")
    expect(page.locator(ANSWER)).to_be_hidden()


def middle_of(page: Page) -> tuple[float, float]:
    frame = page.locator("#picture").bounding_box()
    assert frame is not None
    return frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2 + 1  # not between two pixels


def clicked_pixel(page: Page, x: float, y: float) -> tuple[int, int, bool]:
    with asked(page):  # type: ignore[attr-defined]
        page.mouse.click(x, y)
    return prompt_of(Assessment.objects.latest("pk"))[0][0]


def test_one_can_look_closer_and_still_points_at_the_right_pixel(page: Page) -> None:
    x, y = middle_of(page)
    first = clicked_pixel(page, x + 90, y)
    page.mouse.move(x + 90, y)
    page.mouse.wheel(0, -600)

    under_the_pointer = clicked_pixel(page, x + 90, y)
    beside = clicked_pixel(page, x + 99, y)
    page.locator("#whole").click()
    after = clicked_pixel(page, x + 90, y)

    assert (under_the_pointer, after) == (first, first)
    assert first[0] < beside[0] < first[0] + 3


def test_a_picture_looked_at_closely_is_moved_and_made_smaller_again(page: Page) -> None:
    x, y = middle_of(page)
    whole = [clicked_pixel(page, x + shift, y)[0] for shift in (0, 60)]
    for _ in range(4):
        page.locator("#closer").click()
    page.mouse.move(x, y)
    page.mouse.down(button="middle")
    page.mouse.move(x - 60, y, steps=3)
    page.mouse.up(button="middle")

    moved = clicked_pixel(page, x, y)[0]
    page.locator("#picture").focus()
    page.keyboard.press("0")

    assert whole[0] < moved < whole[1]
    assert [clicked_pixel(page, x + shift, y)[0] for shift in (0, 60)] == whole


def test_on_a_narrow_screen_the_open_tab_is_in_sight(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.reload()
    expect(page.locator(".tabs a[aria-current]")).to_be_in_viewport(ratio=1)


def test_a_click_on_nothing_says_why(page: Page) -> None:
    with asked(page):  # type: ignore[attr-defined]
        click_pixel(page, 100.5, 80.5)
    jobs.fail(claimed(), "there is no region in that box")

    expect(page.locator(SAY)).to_have_text("there is no region in that box")


def test_an_absent_worker_is_named_and_the_answer_comes_all_the_same(page: Page) -> None:
    with asked(page):  # type: ignore[attr-defined]
        click_pixel(page, 100.5, 80.5)
    expect(page.locator("#away")).to_be_visible()
    expect(page.locator(SAY)).to_have_text("Your click waits.")

    Heartbeat.objects.create(name="interactive", beat_at=timezone.now())
    expect(page.locator(SAY)).to_have_text("The worker is busy with other clicks; yours is in line.")
    expect(page.locator("#away")).to_be_hidden()
    finish(claimed())

    expect(page.locator(".scale .word")).to_have_text(["poor", "important"])


def test_a_picture_of_one_s_own_is_brought_and_asked_about(page: Page, watch: Watch) -> None:
    watch.expected.append("400")
    page.locator("#brought").set_input_files([{"name": "a.png", "mimeType": "image/png", "buffer": b"no picture"}])
    expect(page.locator("#bring-error")).to_contain_text("This is not an image, whatever its name says.")

    good = {"name": "mine.png", "mimeType": "image/png", "buffer": png(noise(seed=5))}
    with page.expect_response("**/file"):
        page.locator("#brought").set_input_files([good])
    page.wait_for_url("**/try?picture=*")
    expect(page.locator(".try-name")).to_have_text("mine.png")
    expect(page.locator(".try-strip .tag")).to_have_text("yours")
    with asked(page):  # type: ignore[attr-defined]
        click_pixel(page, 100.5, 80.5)

    assert Assessment.objects.get().picture == Picture.objects.get()


def test_a_picture_that_a_portal_kept_is_said_in_words(page: Page) -> None:
    page.route("**/pictures", lambda route: route.fulfill(content_type="text/html", body="Accept the terms."))

    page.locator("#brought").set_input_files([{"name": "a.png", "mimeType": "image/png", "buffer": png(noise())}])

    expect(page.locator("#bring-error")).to_have_text("The server answered 200.")


def test_axe_finds_nothing_beside_an_answer(page: Page) -> None:
    with asked(page):  # type: ignore[attr-defined]
        click_pixel(page, 100.5, 80.5)
    finish(claimed())
    expect(page.locator(".scale .word")).to_have_text(["poor", "important"])

    assert in_both_schemes(page, "answered") == []
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
