"""On paper: what is pressed or followed is left out."""

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from annotation.enums import Role
from tests.browser.conftest import SignIn
from tests.factories import cast, make_member, make_region, make_study

pytestmark = pytest.mark.django_db


def test_the_report_prints_without_what_leads_elsewhere(live_server: LiveServer, open_as: SignIn) -> None:
    study = make_study(votes_wanted=2, slug="gulls")
    region = make_region(study)
    for _ in range(2):
        cast(region, make_member(study))
    page = open_as(make_member(study, Role.MANAGER))
    page.goto(f"{live_server.url}/studies/gulls/labels/report")
    expect(page.get_by_role("navigation").first).to_be_visible()

    page.emulate_media(media="print")

    expect(page.get_by_role("navigation")).to_have_count(0)
    expect(page.get_by_text("Make the report for a paper")).to_be_hidden()
    expect(page.get_by_text("Sign out")).to_be_hidden()
    expect(page.get_by_role("heading", name="Agreement")).to_be_visible()
