from collections.abc import Awaitable

import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.test import Client, RequestFactory

from webapp.middleware import FragmentMiddleware, NoticeMiddleware

PAGE, API = "/studies/one", "/api/v1/votes"


def seen_by_view(
    middleware: type[NoticeMiddleware | FragmentMiddleware], path: str
) -> tuple[HttpResponseBase | Awaitable[HttpResponseBase], set[str]]:
    """The answer, and what the request had besides what it came with."""
    request = RequestFactory().get(path)
    request.session = {}  # type: ignore[assignment]
    before = set(vars(request))
    found: set[str] = set()

    def view(request: HttpRequest) -> HttpResponse:
        found.update(set(vars(request)) - before)
        return HttpResponse("here")

    return middleware(view)(request), found


@pytest.mark.parametrize(("middleware", "name"), [(NoticeMiddleware, "_messages"), (FragmentMiddleware, "htmx")])
def test_a_page_has_it_and_the_api_goes_without(
    middleware: type[NoticeMiddleware | FragmentMiddleware], name: str
) -> None:
    page, on_page = seen_by_view(middleware, PAGE)
    answer, in_api = seen_by_view(middleware, API)

    assert (on_page, in_api) == ({name}, set())
    assert [getattr(one, "content", None) for one in (page, answer)] == [b"here", b"here"]


def test_a_part_of_a_page_is_not_kept_as_the_page() -> None:
    page, _ = seen_by_view(FragmentMiddleware, PAGE)
    answer, _ = seen_by_view(FragmentMiddleware, API)

    assert [getattr(one, "headers", {}).get("Vary") for one in (page, answer)] == ["HX-Request", None]


@pytest.mark.django_db
@pytest.mark.parametrize(("wanted", "given"), [("zh-hans", "zh-hans"), ("en", "en"), ("tlh", "en"), ("", "en")])
def test_every_answer_says_its_language_and_that_it_depends_on_the_asker(wanted: str, given: str) -> None:
    answers = [Client(headers={"Accept-Language": wanted}).get(path) for path in ("/sign-in", "/api/v1/session")]

    assert [answer["Content-Language"] for answer in answers] == [given, given]
    assert ["Accept-Language" in answer["Vary"] for answer in answers] == [True, True]
