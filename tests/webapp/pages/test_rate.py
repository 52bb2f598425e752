import pytest

from annotation.opinion import SCALES, TOP_LEVEL
from tests.webapp.pages.cast import client_of, make_cast

pytestmark = pytest.mark.django_db


def test_the_screen_has_a_radio_for_every_level_and_the_own_count() -> None:
    scene = make_cast()

    page = client_of(scene.people["annotator"]).get("/studies/gulls/rate").content.decode()

    for scale in SCALES:
        assert page.count(f'type="radio" name="{scale}"') == TOP_LEVEL[scale] + 1
    assert '<b id="today">1</b>' in page
    assert "<strong>region</strong>" in page


def test_nothing_is_called_saved_before_the_outbox_was_looked_into() -> None:
    page = client_of(make_cast().people["annotator"]).get("/studies/gulls/rate").content.decode()

    assert '<p class="rate-saved" id="saved" data-state="looking" role="status"></p>' in page


def test_the_screen_tells_an_annotator_nothing_about_images_or_others() -> None:
    scene = make_cast()

    page = client_of(scene.people["annotator"]).get("/studies/gulls/rate").content.decode()

    assert [word in page for word in ("herring", scene.image.sha256, "dora", "ada", "/images/")] == [False] * 5


def test_guidelines_are_markdown_for_everybody_in_the_study() -> None:
    scene = make_cast()

    for kind in ("annotator", "reviewer", "manager"):
        assert (
            b"Look at the <strong>region</strong>."
            in client_of(scene.people[kind]).get("/studies/gulls/guidelines").content
        )
