"""Scores that somebody else gave the photographs, from a file on a person's disk."""

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from annotation.enums import Role
from annotation.models import Image
from tests.browser.conftest import SignIn
from tests.browser.scenes import add_picture
from tests.factories import make_member, make_study

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_file_of_scores_is_looked_at_put_right_and_brought_in(open_as: SignIn, live_server: LiveServer) -> None:
    study = make_study()
    names = ["a (1).png", "b.png"]
    for seed, name in enumerate(names):
        Image.objects.filter(pk=add_picture(study, seed=seed).pk).update(name=name)
    page = open_as(make_member(study, Role.MANAGER))
    page.goto(f"{live_server.url}/studies/{study.slug}/images/scores")

    def look(text: str) -> None:
        page.locator("input[type=file]").set_input_files(
            [{"name": "koniq.csv", "mimeType": "text/csv", "buffer": text.encode()}]
        )
        page.get_by_role("button", name="Look at it").click()

    look("image;mos\na (1).png;good\nb.png;3.5\n")
    expect(page.get_by_role("heading", name="1 line is wrong; nothing was changed")).to_be_visible()
    look("image;mos\na (1).png;71.25\nb.png;3.5\nelsewhere.png;1\n")
    expect(page.get_by_role("cell", name="No image of the study has this name.")).to_be_visible()
    page.get_by_role("button", name="Bring in 2 scores").click()

    expect(page.get_by_role("status")).to_contain_text("Outside scores brought in: 2.")
    assert dict(Image.objects.values_list("name", "outside_mos")) == dict(zip(names, (71.25, 3.5), strict=True))
