"""Deciding on regions: keys, clicks on masks, drawing, click to segment."""

import numpy as np
import pytest
from playwright.sync_api import Page, Position, expect
from pytest_django.live_server_helper import LiveServer

from annotation.actions.sketches import answer_sketch
from annotation.enums import RegionStatus, Role
from annotation.masks import decode_mask, encode_mask
from annotation.models import Assignment, Image, Region, Sketch
from tests.browser.conftest import SignIn, Watch
from tests.browser.scenes import add_picture, add_region
from tests.factories import cast, make_member, make_study

pytestmark = pytest.mark.django_db(transaction=True)


def block(x: int, y: int, width: int, height: int) -> "np.ndarray[tuple[int, int], np.dtype[np.bool_]]":
    mask = np.zeros((200, 300), dtype=bool)
    mask[y : y + height, x : x + width] = True
    return mask


def open_review(page: Page, live_server: LiveServer, image: Image) -> None:
    with page.expect_response("**/file"):  # asked for when everything else is ready
        page.goto(f"{live_server.url}/studies/{image.study.slug}/images/{image.pk}")
    expect(page.locator("#picture")).to_be_visible()


def place_of(page: Page, x: float, y: float) -> Position:
    """Where in the canvas the page shows the image's pixel."""
    box = page.locator("#picture").bounding_box()
    assert box is not None
    scale = min(box["width"] / 300, box["height"] / 200, 3)
    left, top = (box["width"] - 300 * scale) / 2, (box["height"] - 200 * scale) / 2
    return {"x": left + x * scale, "y": top + y * scale}


def click_pixel(page: Page, x: float, y: float, *, alt: bool = False) -> None:
    page.locator("#picture").click(position=place_of(page, x, y), modifiers=["Alt"] if alt else [])


def statuses(image: Image) -> list[str]:
    return list(Region.objects.filter(image=image).order_by("pk").values_list("status", flat=True))


def test_proposals_are_accepted_and_discarded_by_keys(open_as: SignIn, live_server: LiveServer) -> None:
    study = make_study(votes_wanted=2)
    image = add_picture(study)
    for x in (10, 110, 210):
        add_region(image, block(x, 20, 60, 60), RegionStatus.CANDIDATE)
    page = open_as(make_member(study, Role.MANAGER))
    open_review(page, live_server, image)
    expect(page.locator("li.selected")).to_have_text("1. objectundecided, 3 600 pxAcceptDiscard")

    page.keyboard.press("a")
    expect(page.locator("#say")).to_have_text("Region 1 is accepted.")
    expect(page.locator("li.selected .pick")).to_have_text("2. objectundecided, 3 600 px")
    page.keyboard.press("d")
    expect(page.locator("#say")).to_have_text("Region 2 is discarded.")

    assert statuses(image) == ["accepted", "discarded", "candidate"]
    assert Assignment.objects.filter(region__image=image).count() == 2
    page.keyboard.press("ArrowUp")
    expect(page.locator("li.selected .pick")).to_have_text("2. objectdiscarded, 3 600 px")


def test_a_click_on_a_mask_selects_the_smallest_there(open_as: SignIn, live_server: LiveServer) -> None:
    image = add_picture(make_study())
    add_region(image, block(10, 10, 200, 150))
    inner = add_region(image, block(50, 50, 40, 40))
    page = open_as(make_member(image.study, Role.MANAGER))
    open_review(page, live_server, image)

    click_pixel(page, 70, 70)

    expect(page.locator("li.selected")).to_have_attribute("data-id", str(inner.pk))
    page.locator("li.selected button[data-verb=discard]").click()
    expect(page.locator("#say")).to_have_text("Region 2 is discarded.")
    assert statuses(image) == ["accepted", "discarded"]


def test_a_region_with_votes_cannot_be_discarded(open_as: SignIn, live_server: LiveServer, watch: Watch) -> None:
    watch.expected.append("409")
    image = add_picture(make_study())
    region = add_region(image, block(10, 10, 100, 100))
    cast(region, make_member(image.study))
    page = open_as(make_member(image.study, Role.MANAGER))
    open_review(page, live_server, image)

    page.keyboard.press("ArrowDown")
    page.keyboard.press("d")

    expect(page.locator("#say")).to_have_text("Somebody has voted on this region, so it stays in the study.")
    assert statuses(image) == ["accepted"]


def test_a_polygon_is_drawn_and_taken(open_as: SignIn, live_server: LiveServer) -> None:
    image = add_picture(make_study())
    page = open_as(make_member(image.study, Role.MANAGER))
    open_review(page, live_server, image)

    page.keyboard.press("p")
    for x, y in ((50, 40), (150, 40), (150, 140), (10, 190)):
        click_pixel(page, x, y)
    page.keyboard.press("Backspace")
    click_pixel(page, 50, 140)
    page.keyboard.press("Enter")
    expect(page.locator("#say")).to_have_text("The region is in the study.")

    region = Region.objects.get()
    assert (region.status, region.source, region.level) == ("accepted", "drawn", "object")
    pixels = decode_mask(region.rle, 300, 200)
    assert (abs(region.x - 50) <= 1, abs(region.y - 40) <= 1, abs(region.area - 100 * 100) <= 200) == (True, True, True)
    assert pixels[90, 100]


def colour_at(page: Page, x: float, y: float) -> list[int]:
    """What the canvas shows of the image's pixel."""
    place = place_of(page, x, y)
    script = """([x, y]) => {
        const canvas = document.getElementById("picture"), ratio = canvas.width / canvas.getBoundingClientRect().width;
        const copy = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
        copy.drawImage(canvas, Math.floor(-x * ratio), Math.floor(-y * ratio));
        return [...copy.getImageData(0, 0, 1, 1).data];
    }"""
    return list(page.evaluate(script, [place["x"], place["y"]]))


def test_an_outline_that_crosses_itself_looks_as_it_will_be_filled(open_as: SignIn, live_server: LiveServer) -> None:
    image = add_picture(make_study())
    page = open_as(make_member(image.study, Role.MANAGER))
    open_review(page, live_server, image)
    places = [(150, 95), (150, 30)]
    middle, tip = (colour_at(page, *place) for place in places)

    page.keyboard.press("p")
    for x, y in ((150, 10), (205, 180), (60, 75), (240, 75), (95, 180)):
        click_pixel(page, x, y)

    assert (colour_at(page, *places[0]) == middle, colour_at(page, *places[1]) == tip) == (True, False)
    page.keyboard.press("Enter")
    expect(page.locator("#say")).to_have_text("The region is in the study.")
    pixels = decode_mask(Region.objects.get().rle, 300, 200)
    assert [bool(pixels[y, x]) for x, y in places] == [False, True]


def test_escape_draws_nothing(open_as: SignIn, live_server: LiveServer) -> None:
    image = add_picture(make_study())
    page = open_as(make_member(image.study, Role.MANAGER))
    open_review(page, live_server, image)

    page.locator("#polygon").click()
    for x, y in ((50, 40), (150, 40), (150, 140)):
        click_pixel(page, x, y)
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")

    expect(page.locator("#polygon")).to_have_attribute("aria-pressed", "false")
    page.wait_for_load_state("networkidle")
    assert Region.objects.count() == 0


def test_a_click_is_answered_with_a_mask_to_take(open_as: SignIn, live_server: LiveServer) -> None:
    image = add_picture(make_study())
    page = open_as(make_member(image.study, Role.MANAGER))
    open_review(page, live_server, image)

    page.keyboard.press("s")
    with page.expect_response(lambda response: response.url.endswith("/sketches")):
        click_pixel(page, 100.5, 80.5)
    with page.expect_response(lambda response: response.url.endswith("/sketches")):
        click_pixel(page, 20.5, 30.5, alt=True)
    sketch = Sketch.objects.latest("pk")
    assert sketch.points() == [(100, 80, True), (20, 30, False)]
    answer_sketch(sketch=sketch, mask=encode_mask(block(60, 40, 80, 80)))
    expect(page.locator("#say")).to_have_text("Enter takes it; click again to correct it.")
    page.locator("#level").select_option("component")
    page.locator("#picture").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#say")).to_have_text("The region is in the study.")

    region = Region.objects.get()
    assert (region.x, region.y, region.width, region.height, region.area) == (60, 40, 80, 80, 6400)
    assert (region.level, region.proposer, region.status) == ("component", "click", "accepted")


def segmenting(open_as: SignIn, live_server: LiveServer) -> Page:
    """A manager's review page, where the next click asks for a mask."""
    image = add_picture(make_study())
    page = open_as(make_member(image.study, Role.MANAGER))
    open_review(page, live_server, image)
    page.keyboard.press("s")
    return page


def asked(page: Page, x: float, y: float, *, alt: bool = False) -> Sketch:
    """The sketch of all clicks up to this one."""
    with page.expect_response(lambda response: response.url.endswith("/sketches")):
        click_pixel(page, x, y, alt=alt)
    return Sketch.objects.latest("pk")


def test_a_mask_is_not_taken_while_a_click_that_corrects_it_waits(open_as: SignIn, live_server: LiveServer) -> None:
    page = segmenting(open_as, live_server)
    answer_sketch(sketch=asked(page, 100.5, 80.5), mask=encode_mask(block(60, 40, 80, 80)))
    expect(page.locator("#say")).to_have_text("Enter takes it; click again to correct it.")

    second = asked(page, 70.5, 50.5, alt=True)
    page.keyboard.press("Enter")
    answer_sketch(sketch=second, mask=encode_mask(block(80, 60, 60, 60)))
    expect(page.locator("#say")).to_have_text("Enter takes it; click again to correct it.")
    page.keyboard.press("Enter")
    expect(page.locator("#say")).to_have_text("The region is in the study.")

    assert list(Region.objects.values_list("area", flat=True)) == [3600]


def test_a_click_that_was_taken_back_gets_no_mask(open_as: SignIn, live_server: LiveServer) -> None:
    page = segmenting(open_as, live_server)
    sketch = asked(page, 100.5, 80.5)

    page.keyboard.press("Backspace")
    expect(page.locator("#say")).to_have_text("Click inside the region; Alt+click outside it. Enter takes the result.")
    answer_sketch(sketch=sketch, mask=encode_mask(block(60, 40, 80, 80)))
    page.wait_for_timeout(400)  # more than two of the page's questions
    page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")

    assert Region.objects.count() == 0


def test_who_left_segmenting_hears_no_more_of_it(open_as: SignIn, live_server: LiveServer) -> None:
    page = segmenting(open_as, live_server)
    sketch = asked(page, 100.5, 80.5)

    page.keyboard.press("Escape")
    answer_sketch(sketch=sketch, mask=encode_mask(block(60, 40, 80, 80)))
    page.wait_for_timeout(400)  # more than two of the page's questions

    expect(page.locator("#say")).to_have_text("")


def test_a_click_beside_the_picture_is_none(open_as: SignIn, live_server: LiveServer) -> None:
    image = add_picture(make_study())
    page = open_as(make_member(image.study, Role.MANAGER))
    open_review(page, live_server, image)
    beside = place_of(page, 0, 0)
    assert max(beside["x"], beside["y"]) > 6
    page.keyboard.press("s")

    page.locator("#picture").click(position={"x": max(beside["x"] - 5, 1), "y": max(beside["y"] - 5, 1)})
    sketch = asked(page, 100.5, 80.5)

    assert sketch.points() == [(100, 80, True)]


def test_n_goes_to_the_next_image_and_a_reviewer_only_looks(open_as: SignIn, live_server: LiveServer) -> None:
    study = make_study()
    first, second = add_picture(study, seed=1), add_picture(study, seed=2)
    add_region(first, block(10, 20, 60, 60), RegionStatus.CANDIDATE)
    page = open_as(make_member(study, Role.REVIEWER))
    open_review(page, live_server, first)
    assert page.locator("#polygon").count() == 0
    page.keyboard.press("a")

    page.keyboard.press("n")

    page.wait_for_url(f"**/images/{second.pk}")
    assert statuses(first) == ["candidate"]
