"""Pages about annotators beyond the study: an old experiment's files, and the batches that a page fetches by itself."""

from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from annotation.queries.analyses import forget
from tests.annotation.management.test_analyse_votes import PAGES, write_course
from tests.browser.axe import bring_axe, in_both_schemes
from tests.browser.conftest import SignIn
from tests.browser.label_scenes import panel_study

COUNTED_MS = 60_000
"""However busy the machine: the batches are there as soon as they are counted."""


def test_the_files_of_an_old_experiment_are_easy_to_read_and_fetch_nothing(page: Page, tmp_path: Path) -> None:
    write_course(tmp_path / "old.csv")
    call_command("analyse_votes", tmp_path / "old.csv", "--exclude", "p03", "Left early.", out=tmp_path / "out")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    bring_axe(page)
    problems = []

    for name in (*PAGES, "annotator-1.html"):
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto((tmp_path / "out" / name).as_uri())
        problems += in_both_schemes(page, name)
        page.set_viewport_size({"width": 390, "height": 800})
        wide = page.evaluate("document.documentElement.scrollWidth")
        problems += [f"{name} is {wide} pixels wide"] if wide > 390 else []

    assert problems == []
    assert [url for url in asked if not url.startswith("file:")] == []


def test_one_comes_from_the_picture_to_the_person_and_back(page: Page, tmp_path: Path) -> None:
    write_course(tmp_path / "old.csv")
    call_command("analyse_votes", tmp_path / "old.csv", out=tmp_path / "out")
    page.goto((tmp_path / "out" / "report.html").as_uri())

    page.get_by_role("link", name="Annotators", exact=True).click()
    page.get_by_role("link", name="p03", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("p03")
    page.get_by_role("link", name="All annotators").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Annotators")


@pytest.mark.django_db(transaction=True)
def test_the_batches_come_by_themselves(
    open_as: SignIn, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotation.aggregation.batches.batches.__defaults__", (20, 20, 2))
    monkeypatch.setattr("annotation.aggregation.batches.order_of.__defaults__", (20,))
    forget()
    study, ada = panel_study()
    page = open_as(ada)

    page.goto(f"{live_server.url}/studies/{study.slug}/labels/agreement")
    expect(page.locator("#course details").first).to_be_visible(timeout=COUNTED_MS)
    page.get_by_text("ICC(C,k), crossed").click()

    expect(page.locator("details[open]")).to_have_count(2)
    assert in_both_schemes(page, "agreement with batches") == []
