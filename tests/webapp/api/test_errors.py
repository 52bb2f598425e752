from typing import Any

import pytest
from django.db import IntegrityError, OperationalError
from django.http import UnreadablePostError
from django.test import override_settings
from rest_framework.exceptions import ValidationError

from annotation.errors import Conflict
from annotation.models import Study, User
from tests.webapp.api.client import Api, error_of
from webapp.api import assignments
from webapp.api.errors import answer_error

pytestmark = pytest.mark.django_db


def raising(error: Exception) -> Any:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    "error, expected",
    [
        (IntegrityError("duplicate key value violates unique constraint vote_x"), (409, "conflict")),
        (OperationalError("deadlock detected in process 7"), (503, "unavailable")),
        (Conflict("No.", code="no"), (409, "no")),
        (UnreadablePostError("gone"), (400, "invalid")),
    ],
)
def test_what_the_database_says_never_goes_out(
    study: Study, ben: User, monkeypatch: pytest.MonkeyPatch, error: Exception, expected: tuple[int, str]
) -> None:
    monkeypatch.setattr(assignments, "lease_to", raising(error))

    response = Api(ben).post("studies/birds/assignments")

    assert error_of(response) == expected
    assert [word for word in ("vote_x", "deadlock", "process 7") if word in response.content.decode()] == []


def test_our_own_mistake_is_a_500_that_says_nothing(study: Study, ben: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assignments, "lease_to", raising(ZeroDivisionError("secret")))
    api = Api(ben)
    api.client.raise_request_exception = False

    response = api.post("studies/birds/assignments")

    assert response.status_code == 500
    assert response.json() == {
        "error": {"code": "server_error", "message": "Something went wrong here; it was logged."}
    }


def test_our_own_mistake_reaches_whoever_listens(study: Study, ben: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assignments, "lease_to", raising(ZeroDivisionError("secret")))

    with pytest.raises(ZeroDivisionError):
        Api(ben).post("studies/birds/assignments")


@pytest.mark.parametrize(
    "data, expected",
    [
        ("{", (400, "invalid")),
        ("[1]", (400, "invalid")),
        ("null", (400, "invalid")),
        ('{"a": NaN}', (400, "invalid")),
        ("[" * 200_000, (400, "invalid")),
        ("\xff", (400, "invalid")),
        ('{"a": ' + "9" * 9999 + "}", (400, "invalid")),
    ],
)
def test_a_body_that_is_no_object_is_refused(ben: User, data: str, expected: tuple[int, str]) -> None:
    response = Api(ben)("post", "votes", data=data.encode("latin-1"), content_type="application/json")

    assert error_of(response) == expected


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_only_json_is_taken(study: Study, ben: User, kind: str) -> None:
    assert error_of(Api(ben)("post", "votes", data=b"lease=1", content_type=kind)) == (415, "unsupported_media_type")


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=100)
def test_a_body_too_large_is_refused_unread(ben: User) -> None:
    response = Api(ben).post("votes", {"lease": "x" * 100})

    assert error_of(response) == (413, "too_large")


def test_half_characters_and_long_quotations_do_not_break_the_answer(ben: User) -> None:
    response = Api(ben).post("votes", {"\ud800" + "x" * 5000: 1})

    assert error_of(response) == (400, "unknown_field")
    assert response.json()["error"]["message"].startswith("Unknown: ?xxx")
    assert len(response.json()["error"]["message"]) == 601


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_a_method_nobody_answers_is_a_405(ben: User, method: str) -> None:
    assert error_of(Api(ben)(method, "votes")) == (405, "method_not_allowed")


@pytest.mark.parametrize("accept", ["text/html", "application/xml"])
def test_there_is_no_browsable_api(ben: User, accept: str) -> None:
    api = Api(ben)
    api.headers["Accept"] = accept

    assert error_of(api.get("session")) == (406, "not_acceptable")


def test_a_serializer_s_nested_errors_become_flat_names() -> None:
    detail = {"polygon": {0: {1: ["Not a number."]}}, "level": ["Missing."], "non_field_errors": ["No."]}

    body = answer_error(ValidationError(detail), {}).data

    assert body["error"]["fields"] == {
        "polygon.0.1": ["Not a number."],
        "level": ["Missing."],
        "non_field_errors": ["No."],
    }
    assert body["error"]["message"] == "polygon.0.1: Not a number."


@pytest.mark.parametrize("path", ["assignments/99999999999999999999", "images/9223372036854775808", "tokens/0"])
def test_an_id_beyond_every_row_is_a_404(ada: User, path: str) -> None:
    method = "delete" if path.startswith("tokens") else "get"

    assert error_of(Api(ada)(method, path)) == (404, "not_found")
