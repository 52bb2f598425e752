from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory

from webapp.charsets import Charsets

pytestmark = pytest.mark.django_db


def answered(kind: str) -> list[str]:
    said: list[str] = []

    def start(status: str, headers: Any) -> None:
        said.append(status)

    environ = RequestFactory().get("/sign-in?next=/account").environ | {"CONTENT_TYPE": kind}
    list(Charsets(WSGIHandler())(environ, start))
    return said


@pytest.mark.parametrize("charset", ["charset=zip", "Charset=HEX", "charset=undefined", "charset*=undefined''a%20b"])
def test_what_no_text_is_written_in_is_refused(charset: str) -> None:
    assert answered(f"text/plain; {charset}") == ["400 Bad Request"]


@pytest.mark.parametrize("kind", ["", "text/plain", "text/plain; charset=utf-16", "text/plain; charset=nobody-knows"])
def test_every_other_request_is_django_s(kind: str) -> None:
    assert answered(kind) == ["200 OK"]
