"""What axe finds on a page, a study with things that went wrong, and what the rating screen has room for."""

import json

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from annotation.actions.reports import keep_report
from annotation.actions.snapshots import take_snapshot
from annotation.actions.versions import promote
from annotation.enums import Role
from annotation.models import AccessToken, Export, GateCheck, Import, ImportedFile, Study, TrainingRun, User
from tests.browser.axe import bring_axe, in_both_schemes
from tests.browser.conftest import SignIn
from tests.browser.scenes import rated_picture
from tests.browser.waiting import follow
from tests.factories import cast, make_member, make_study, make_version
from tests.webapp.pages.test_models import report_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def manager(study: Study) -> User:
    ada = make_member(study, Role.MANAGER, "ada")
    ada.is_staff = True
    ada.save()
    AccessToken.issue(user=ada, name="script", scopes=["read"], days=9)
    return ada


@pytest.fixture
def study() -> Study:
    study = make_study(
        votes_wanted=1, guidelines="## Look closely\n\n[More](https://example.org)\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    )
    rater = make_member(study)
    cast(rated_picture(study, 1), rater)
    rated_picture(study, 2)
    job = Import.objects.create(study=study, source="x.zip", status="done", total=2, done=2)
    ImportedFile.objects.create(job=job, path="broken.jpg", verdict="refused", message="It ends too early.")
    Export.objects.create(study=study, format="csv", status="failed", error="The disk is full.")
    measure_models(study)
    return study


def measure_models(study: Study) -> None:
    """Two versions with figures, and a training run with a line of the gate."""
    snapshot, region = take_snapshot(study=study), study.regions.first()
    assert region is not None
    for quality in (0.5, 0.6):
        version = make_version(study)
        report = json.dumps(report_of(quality, region.pk))
        keep_report(study=study, version=version, snapshot=snapshot, report=report)
        promote(study=study, version=version, reason="For the test.")
    run = TrainingRun.objects.create(
        study=study, trigger="person", status="done", decision="waiting", candidate=version, losses=[2.0, 1.0]
    )
    numbers = {"champion": 0.5, "candidate": 0.6, "difference": 0.1, "low": 0.02, "high": 0.2, "bound": 0.0}
    GateCheck.objects.create(run=run, measure="quality_srocc", p_value=0.01, passed=True, **numbers)


def test_axe_finds_nothing_on_what_came_in_and_went_wrong(
    open_as: SignIn, live_server: LiveServer, study: Study, manager: User
) -> None:
    page = open_as(manager)
    bring_axe(page)
    problems = []
    for path in addresses(study):
        page.goto(live_server.url + path)
        problems += in_both_schemes(page, path)
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/sign-in")
    problems += in_both_schemes(page, "/sign-in")

    assert problems == []


def addresses(study: Study) -> list[str]:
    """Pages with what every_page_browser's study has not: a failed export, a refused file, long guidelines, the gate's line."""
    job, run = study.imports.get(), study.training_runs.get()
    return [
        f"/studies/{study.slug}{end}"
        for end in ("/downloads", "/guidelines", f"/imports/{job.pk}", f"/models/runs/{run.pk}")
    ]


def test_all_eight_rows_and_submit_fit_a_small_laptop(
    open_as: SignIn, live_server: LiveServer, study: Study, manager: User
) -> None:
    page = open_as(manager)
    page.goto(f"{live_server.url}/studies/{study.slug}/rate")
    page.get_by_role("button", name="On to the region").click()
    page.locator("#answers").wait_for()

    bottoms = page.locator("#answers fieldset, #submit").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().bottom)"
    )

    assert len(bottoms) == 9
    assert max(bottoms) <= 720
    assert page.evaluate("(p => p.scrollHeight - p.clientHeight)(document.getElementById('answers'))") == 0


def test_the_colours_follow_the_choice_of_the_person(
    open_as: SignIn, live_server: LiveServer, study: Study, manager: User
) -> None:
    page = open_as(manager)
    page.goto(f"{live_server.url}/account")
    background = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(background)

    follow(page.get_by_role("button", name="Dark", exact=True))

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate(background) != light
    page.goto(live_server.url)
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.goto(f"{live_server.url}/studies/{study.slug}/rate")
    assert page.evaluate("getComputedStyle(document.getElementById('content')).backgroundColor") == "rgb(108, 108, 108)"
