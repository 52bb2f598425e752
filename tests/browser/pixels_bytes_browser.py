"""The bytes of a picture: the very ones, decoded once, let go of in time."""

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Route, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import Watch, sign_in
from tests.browser.pixels_browser import drawn, open_at
from tests.browser.scenes import noise, rated_picture
from tests.browser.waiting import until_drawn
from tests.factories import make_member, make_study

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_picture_that_was_changed_on_the_way_is_not_shown(
    browser: Browser, live_server: LiveServer, watch: Watch
) -> None:
    """A proxy that compresses anew; the second answer, past the browser's own copy, is the file again."""
    study = make_study(votes_wanted=1)
    region = rated_picture(study)
    context = browser.new_context(viewport={"width": 1100, "height": 720})
    sign_in(context, live_server, make_member(study))
    page = context.new_page()
    watch.follow(page, live_server.url.removeprefix("http://"))
    spoil = [True, True]

    def meddle(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.body() + (b" " if spoil and spoil.pop() else b""))

    page.route("**/image", meddle)
    page.goto(f"{live_server.url}/studies/{study.slug}/rate")
    expect(page.locator("#trouble-text")).to_contain_text("is not the file the study keeps")
    page.locator("#again").click()
    expect(page.locator("#picture")).to_be_visible()
    until_drawn(page)
    page.keyboard.down(" ")
    canvas = drawn(page)
    left, top = (canvas.shape[1] - 300) // 2, (canvas.shape[0] - 200) // 2
    assert np.array_equal(canvas[top : top + 200, left : left + 300], noise())
    assert region.pk
    context.close()


def test_old_pictures_are_let_go_of_and_the_one_on_screen_is_not(
    browser: Browser, live_server: LiveServer, watch: Watch
) -> None:
    study = make_study(votes_wanted=1)
    page = open_at(browser, live_server, watch, rated_picture(study), 1)
    told: Any = page.evaluate(
        """async () => {
            const { loadPicture, usable } = await import('gullery/picture');
            const seat = await (await fetch(`${rate.dataset.next}`, {
                method: 'POST', body: '{}',
                headers: { 'Content-Type': 'application/json', 'X-CSRFToken': document.cookie.split('csrftoken=')[1] },
            })).json();
            const { image, region } = seat.assignment, made = [];
            for (let time = 0; time < 9; time++) made.push(await loadPicture(image, region));
            return made.map(usable);
        }"""
    )

    assert told == [False] * 4 + [True] * 5
    page.keyboard.down(" ")
    canvas = drawn(page)
    left, top = (canvas.shape[1] - 300) // 2, (canvas.shape[0] - 200) // 2
    assert np.array_equal(canvas[top : top + 200, left : left + 300], noise())
    page.context.close()
