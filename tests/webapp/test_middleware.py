from collections.abc import Awaitable

import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.test import Client, RequestFactory

from annotation.models import AccessToken
from tests.factories import make_member, make_study
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


@pytest.mark.django_db
@pytest.mark.parametrize(("wanted", "given"), [("zh-hans", "zh-hans"), ("en", "en"), ("tlh", "en"), ("", "en")])
def test_every_answer_says_its_language_and_that_it_depends_on_the_asker(wanted: str, given: str) -> None:
    answers = [Client(headers={"Accept-Language": wanted}).get(path) for path in ("/sign-in", "/api/v1/session")]

    assert [answer["Content-Language"] for answer in answers] == [given, given]
    assert ["Accept-Language" in answer["Vary"] for answer in answers] == [True, True]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["studies/{slug}/assignments", "votes", "votes/0/retraction"])
@pytest.mark.parametrize("token", ["{token}", "gull_unknown"])
def test_an_answer_straight_to_a_program_is_the_one_it_would_get_past_all_middleware(path: str, token: str) -> None:
    study = make_study()
    _, text = AccessToken.issue(user=make_member(study), name="test", scopes=["rate"], days=1)
    path = f"/api/v1/{path.format(slug=study.slug)}"

    def post(kind: str) -> HttpResponse:
        headers = {"Authorization": f"{kind} {token.format(token=text)}", "Accept-Language": "zh-hans"}
        return Client().post(path, {}, "application/json", headers=headers)

    straight, around = post("Bearer"), post("bearer")

    assert (straight.status_code, straight.content) == (around.status_code, around.content)
    assert dict(straight.headers) == dict(around.headers)
    assert [hasattr(one.wsgi_request, "session") for one in (straight, around)] == [False, True]


@pytest.mark.django_db
def test_a_host_that_is_not_ours_is_refused_straight_away_too() -> None:
    headers = {"Authorization": "Bearer gull_x", "Host": "elsewhere.example"}

    assert Client(headers=headers).post("/api/v1/votes", {}, "application/json").status_code == 400


@pytest.mark.django_db
def test_other_routes_and_no_routes_go_the_long_way() -> None:
    client = Client(headers={"Authorization": "Bearer gull_x"})

    answers = [client.post(path, {}, "application/json") for path in ("/api/v1/tokens", "/nowhere")]

    assert [hasattr(one.wsgi_request, "session") for one in answers] == [True, True]
