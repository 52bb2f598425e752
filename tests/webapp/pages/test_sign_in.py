import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD, make_user
from webapp.pages.sign_in import _NOBODY, _WRONG
from webapp.pages.throttle import TOO_MANY

pytestmark = pytest.mark.django_db


@pytest.fixture
def throttled(monkeypatch: pytest.MonkeyPatch) -> None:
    from rest_framework.settings import api_settings

    cache.clear()
    monkeypatch.setattr(api_settings, "DEFAULT_THROTTLE_RATES", {"sign-in": "3/min", "stranger": "5/min"})


def attempt(name: str, password: str, then: str = "") -> tuple[int, str]:
    response = Client().post("/sign-in", {"username": name, "password": password, "next": then})
    return response.status_code, response.get("Location", response.content.decode())


def test_the_right_password_opens_the_page_one_came_for() -> None:
    make_user("ben")

    assert attempt("ben", PASSWORD) == (302, "/")
    assert attempt("ben", PASSWORD, "/account") == (302, "/account")


@pytest.mark.parametrize("name", ["Ben", "BEN", "\uff42\uff45\uff4e"])
def test_capitals_and_wide_letters_are_no_other_name(name: str) -> None:
    make_user("ben")

    assert attempt(name, PASSWORD) == (302, "/")


ELSEWHERE = ["https://example.org/", "//example.org", "/\\\\example.org", "javascript:alert(1)", "x", "studies", ".."]


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_signing_in_never_leads_to_another_host(elsewhere: str) -> None:
    make_user("ben")

    assert attempt("ben", PASSWORD, elsewhere) == (302, "/")


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
@pytest.mark.parametrize("path", ["/theme", "/language", "/sign-in"])
def test_neither_does_a_colour_a_language_or_who_is_signed_in(path: str, elsewhere: str) -> None:
    client = Client()
    client.force_login(make_user("ben"))

    answers = [client.post(path, {"next": then}) for then in (elsewhere, "/account")]

    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, "/"), (302, "/account")]


def test_a_wrong_name_and_a_wrong_password_are_answered_alike() -> None:
    make_user("ben")
    make_user("gone", is_active=False)

    answers = [attempt("ben", "wrong"), attempt("nobody", "wrong"), attempt("gone", PASSWORD)]

    assert [status for status, _ in answers] == [400] * 3
    assert [_WRONG in page for _, page in answers] == [True] * 3


def test_too_many_attempts_are_refused_even_with_the_right_password(throttled: None) -> None:
    make_user("ben")

    statuses = [attempt(name, "wrong")[0] for name in ("ben", "BEN", "\uff42en")]
    status, page = attempt("ben", PASSWORD)

    assert (statuses, status, TOO_MANY in page) == ([400] * 3, 429, True)


def test_guessing_at_many_names_is_refused_too(throttled: None) -> None:
    assert [attempt(f"name{n}", "wrong")[0] for n in range(7)] == [400] * 5 + [429] * 2


def test_the_first_sign_in_hints_at_an_own_password() -> None:
    make_user("ben")
    client = Client()

    first = client.post("/sign-in", {"username": "ben", "password": PASSWORD}, follow=True)
    client.post("/sign-out")
    second = client.post("/sign-in", {"username": "ben", "password": PASSWORD}, follow=True)

    assert [b"choose your own" in page.content for page in (first, second)] == [True, False]


def test_on_an_empty_platform_the_door_says_how_to_make_the_first_account() -> None:
    nobody = attempt("ben", PASSWORD)
    make_user("eve")
    somebody = attempt("ben", PASSWORD)

    assert [_NOBODY in nobody[1], _WRONG in nobody[1]] == [True, False]
    assert [_NOBODY in somebody[1], _WRONG in somebody[1]] == [False, True]


def test_signing_out_needs_a_post_and_ends_the_session() -> None:
    client = Client()
    client.force_login(make_user())

    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out")["Location"] == "/sign-in"
    assert client.get("/").status_code == 302


def test_the_admin_s_door_is_ours() -> None:
    client = Client()
    assert client.get("/admin/login/")["Location"] == f"/sign-in?next={reverse('admin:index')}"

    client.force_login(make_user())
    assert client.get("/admin/", follow=True).status_code == 403


def test_a_page_s_policy_admits_the_import_map_alone() -> None:
    response = Client().get("/sign-in")
    policy, page = response["Content-Security-Policy"], response.content.decode()

    nonce = policy.split("'nonce-")[1].split("'")[0]
    assert page.count(f'nonce="{nonce}"') == 1
    assert f'<script type="importmap" nonce="{nonce}">' in page
    assert "unsafe" not in policy
