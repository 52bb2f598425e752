"""The browser's way back to a page that has renewed a part of itself under its own address."""

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from annotation.enums import JobStatus, Role
from annotation.models import Export
from tests.browser.conftest import SignIn
from tests.factories import make_member, make_study

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_way_back_leads_to_the_whole_page(open_as: SignIn, live_server: LiveServer) -> None:
    study = make_study(slug="gulls")
    Export.objects.create(study=study, format="csv", status=JobStatus.QUEUED)
    page = open_as(make_member(study, Role.MANAGER))
    with page.expect_response(lambda answer: "hx-request" in answer.request.headers):
        page.goto(f"{live_server.url}/studies/gulls/downloads")
    page.goto(f"{live_server.url}/studies/gulls/images")

    page.go_back()

    expect(page.get_by_role("heading", name="Downloads")).to_be_visible()
    expect(page).to_have_title(f"Downloads of {study.name} – Gullery")
    expect(page.get_by_role("navigation").first).to_be_visible()
