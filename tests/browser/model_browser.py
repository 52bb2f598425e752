"""The model's pages with something on them: curves, intervals, pictures. Axe finds nothing, nothing overflows."""

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from annotation.actions.versions import promote
from annotation.enums import Role
from annotation.models import Assignment, Study
from tests.annotation.prelabels import make_prelabel
from tests.annotation.queries.test_anchoring import make_experiment
from tests.annotation.queries.test_honesty import settle, study_with_a_model
from tests.browser.axe import in_both_schemes
from tests.browser.conftest import SignIn
from tests.browser.scenes import rated_picture
from tests.factories import cast, make_member, make_study, make_version

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 390, "height": 844}


def of_guesses() -> tuple[Study, str]:
    return make_experiment()[0], ".pull .interval"


def of_the_honest_curve() -> tuple[Study, str]:
    """With its alarm, and two versions' own lines."""
    study, version, people = study_with_a_model()
    settle(study, version, people, 60)
    settle(study, make_version(study), people, 30, error=1.5)
    return study, "polyline.version-2"


@pytest.mark.parametrize("part, make", [("anchoring", of_guesses), ("honesty", of_the_honest_curve)])
def test_figures_are_for_everybody(open_as: SignIn, live_server: LiveServer, part: str, make: object) -> None:
    study, figure = make()  # type: ignore[operator]
    page = open_as(make_member(study, Role.REVIEWER))

    page.goto(f"{live_server.url}/studies/{study.slug}/models/{part}")
    assert page.locator(figure).count() > 0
    problems = in_both_schemes(page, part)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]

    assert problems == []
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_a_manager_asks_for_more_votes_where_model_and_people_are_apart(
    open_as: SignIn, live_server: LiveServer
) -> None:
    study = make_study(votes_wanted=1)
    promote(study=study, version=make_version(), reason="The first.")
    assert study.active_version is not None
    for seed in range(2):
        region = rated_picture(study, seed)
        make_prelabel(region, study.active_version, {"quality": 0.5})
        cast(region, make_member(study))
    page = open_as(make_member(study, Role.MANAGER))

    page.goto(f"{live_server.url}/studies/{study.slug}/models/apart")
    pictures = page.locator(".apart-grid img")
    pictures.last.scroll_into_view_if_needed()
    page.wait_for_function("() => [...document.querySelectorAll('.apart-grid img')].every(one => one.naturalWidth > 0)")
    assert pictures.count() == 2
    problems = in_both_schemes(page, "apart")
    page.get_by_role("button", name="Ask for 2 more votes on each of these 2 regions").click()

    expect(page.get_by_text("Nowhere far apart")).to_be_visible()
    assert (problems, Assignment.objects.open().filter(study=study).count()) == ([], 4)
