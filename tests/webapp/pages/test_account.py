import re

import pytest
from django.core.cache import cache
from django.test import Client
from rest_framework.settings import api_settings

from annotation.models import AccessToken, User
from tests.factories import PASSWORD, make_user
from webapp.pages.throttle import TOO_MANY

pytestmark = pytest.mark.django_db


@pytest.fixture
def ben() -> User:
    return make_user("ben")


@pytest.fixture
def client(ben: User) -> Client:
    client = Client()
    client.force_login(ben)
    return client


def test_a_token_is_shown_once_and_kept_as_a_hash(client: Client, ben: User) -> None:
    answer = client.post(
        "/account/tokens", {"name": "laptop", "scopes": ["read", "rate"], "days": "7"}
    ).content.decode()
    text = re.findall(r"gull_[\w-]+", answer)

    token = AccessToken.objects.get()
    assert [AccessToken.digest_of(one) for one in text] == [token.digest]
    assert (token.user, token.name, token.scopes) == (ben, "laptop", ["read", "rate"])
    assert round((token.expires_at - token.created_at).total_seconds() / 86400) == 7
    assert re.findall(r"gull_[\w-]+", client.get("/account").content.decode()) == []


@pytest.mark.parametrize("wrong", [{"days": "99999"}, {"scopes": ["root"]}, {"scopes": []}, {"name": ""}])
def test_a_token_that_makes_no_sense_is_not_made(client: Client, wrong: dict[str, object]) -> None:
    response = client.post("/account/tokens", {"name": "laptop", "scopes": ["read"], "days": "7"} | wrong)

    assert response.status_code == 400
    assert AccessToken.objects.count() == 0


def test_there_is_an_end_to_tokens_on_the_page_too(client: Client, ben: User) -> None:
    for _ in range(50):
        AccessToken.issue(user=ben, name="x", scopes=["read"], days=1)

    answer = client.post("/account/tokens", {"name": "laptop", "scopes": ["read"], "days": "7"})

    assert (answer.status_code, AccessToken.objects.count()) == (409, 50)


def test_only_one_s_own_token_is_revoked(client: Client, ben: User) -> None:
    mine, _ = AccessToken.issue(user=ben, name="mine", scopes=["read"], days=1)
    other, _ = AccessToken.issue(user=make_user(), name="other", scopes=["read"], days=1)

    assert client.post(f"/account/tokens/{mine.pk}/revoke").status_code == 302
    assert client.post(f"/account/tokens/{other.pk}/revoke").status_code == 404

    assert [token.revoked_at is None for token in AccessToken.objects.order_by("pk")] == [False, True]


def test_a_changed_password_keeps_this_session_and_ends_the_others(client: Client, ben: User) -> None:
    other = Client()
    other.force_login(ben)
    words = {"old_password": PASSWORD, "new_password1": "a fine new password", "new_password2": "a fine new password"}

    assert client.post("/account/password", words)["Location"] == "/account"

    assert client.get("/account").status_code == 200
    assert other.get("/account").status_code == 302
    assert User.objects.get().check_password("a fine new password")


def test_a_weak_or_mistyped_password_changes_nothing(client: Client) -> None:
    short = {"old_password": PASSWORD, "new_password1": "short", "new_password2": "short"}
    mistyped = {"old_password": "wrong", "new_password1": "a fine new password", "new_password2": "a fine new password"}

    assert [client.post("/account/password", words).status_code for words in (short, mistyped)] == [400, 400]
    assert User.objects.get().check_password(PASSWORD)


def test_the_colours_are_a_cookie_that_only_knows_three_words(client: Client) -> None:
    answer = client.post("/theme", {"theme": "dark", "next": "/account"})
    assert (answer["Location"], answer.cookies["theme"].value) == ("/account", "dark")
    assert 'data-theme="dark"' in client.get("/account").content.decode()

    client.cookies["theme"] = '"><script>'
    assert 'data-theme="system"' in client.get("/account").content.decode()
    assert "theme" not in client.post("/theme", {"theme": "pink"}).cookies


def test_guessing_at_the_password_of_a_session_is_as_slow_as_signing_in(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.clear()
    monkeypatch.setattr(api_settings, "DEFAULT_THROTTLE_RATES", {"sign-in": "3/min", "stranger": "60/min"})
    wrong = {"old_password": "wrong", "new_password1": "a fine new password", "new_password2": "a fine new password"}

    statuses = [client.post("/account/password", wrong).status_code for _ in range(3)]
    refused = client.post("/account/password", wrong | {"old_password": PASSWORD})
    at_the_door = Client().post("/sign-in", {"username": "ben", "password": PASSWORD})

    assert (statuses, refused.status_code, at_the_door.status_code) == ([400] * 3, 429, 429)
    assert [str(one) for one in refused.context["messages"]] == [TOO_MANY]
    assert User.objects.get().check_password(PASSWORD)


def test_the_admin_has_no_form_of_its_own_for_one_s_password(client: Client, ben: User) -> None:
    User.objects.update(is_staff=True)
    words = {"old_password": PASSWORD, "new_password1": "a fine new password", "new_password2": "a fine new password"}

    assert client.get("/admin/password_change/")["Location"] == "/account"
    assert client.post("/admin/password_change/", words)["Location"] == "/account"
    assert User.objects.get().check_password(PASSWORD)
