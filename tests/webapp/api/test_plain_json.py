"""Plain JSON goes in and out without DRF's detours, and nobody can tell."""

from datetime import UTC, datetime

import pytest
from rest_framework.renderers import JSONRenderer

from annotation.models import User
from tests.webapp.api.client import Api, error_of
from webapp.api.answers import json_answer

NEXT = "studies/birds/assignments"


def test_an_answer_has_the_bytes_that_drf_would_write() -> None:
    shape = {
        "id": 7,
        "until": datetime(2026, 1, 2, 3, 4, 5, 60, tzinfo=UTC),
        "none": None,
        "words": ["Schärfe", "清晰度", "</"],
    }

    answer = json_answer(shape, status=201)

    assert (answer.status_code, answer["Content-Type"]) == (201, "application/json")
    assert answer.content == JSONRenderer().render(shape)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body", ["{", "[]", "3", '{"holding": NaN}', "[" * 100_000, b"\xff", '{"holding": 3}', '{"a": 1}']
)
def test_what_cannot_be_read_is_refused_alike_whatever_the_header_says_besides(ben: User, body: str | bytes) -> None:
    api = Api(ben)
    plain, long = (
        api("post", NEXT, data=body, content_type=kind)
        for kind in ("application/json", "application/json; charset=utf-8")
    )

    assert error_of(plain)[0] == 400
    assert plain.content == long.content


@pytest.mark.django_db
def test_an_empty_body_is_an_empty_object_and_a_form_is_no_json(ben: User) -> None:
    api = Api(ben)

    assert api("post", NEXT, data="", content_type="application/json").status_code == 200
    assert error_of(api("post", NEXT, data="holding=1", content_type="text/plain")) == (415, "unsupported_media_type")
