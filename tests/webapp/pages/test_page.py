import pytest
from django.test import Client

from tests.factories import make_user
from tests.webapp.pages.cast import client_of, make_cast

pytestmark = pytest.mark.django_db


def test_a_refusal_is_a_page_for_people_and_json_for_scripts() -> None:
    scene = make_cast()
    client = client_of(scene.people["annotator"])

    page, data = (
        client.get("/studies/gulls/settings"),
        client.get("/studies/gulls/settings", headers={"accept": "application/json"}),
    )

    assert "This page is for the role manager; yours is annotator." in page.content.decode()
    assert data.json() == {
        "error": {"code": "forbidden", "message": "This page is for the role manager; yours is annotator."}
    }
    assert (page.status_code, data.status_code) == (403, 403)


def test_error_pages_are_in_our_style() -> None:
    missing = client_of(make_user()).get("/nowhere")
    assert (missing.status_code, b"Nothing here" in missing.content, b"tokens.css" in missing.content) == (
        404,
        True,
        True,
    )

    forged = Client(enforce_csrf_checks=True).post("/sign-in", {"username": "x", "password": "y"})
    assert (forged.status_code, b"This form is out of date" in forged.content) == (403, True)


def test_a_fault_of_ours_says_so_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(make_user())
    client.raise_request_exception = False
    monkeypatch.setattr("webapp.pages.studies.cards_of", lambda user: 1 / 0)

    answer = client.get("/")

    assert (
        answer.status_code,
        b"Something broke on our side" in answer.content,
        b"ZeroDivision" in answer.content,
    ) == (500, True, False)
