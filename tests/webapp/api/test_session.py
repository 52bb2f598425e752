import pytest
from django.contrib.sessions.models import Session

from annotation.models import Study, User
from tests.factories import PASSWORD, make_user
from tests.webapp.api.client import Api, error_of, program

pytestmark = pytest.mark.django_db


def test_signing_in_sets_the_cookies_and_says_who_one_is(study: Study, ben: User) -> None:
    api = Api()

    response = api.post("session", {"username": ben.username, "password": PASSWORD})

    assert response.status_code == 200
    assert response.json() == {
        "username": ben.username,
        "is_staff": False,
        "memberships": [{"study": "birds", "name": study.name, "role": "annotator"}],
    }
    assert response.cookies["sessionid"]["httponly"] is True
    assert len(response.cookies["csrftoken"].value) == 32
    assert api.get("session").json() == response.json()


@pytest.mark.parametrize("password, active", [("wrong", True), (PASSWORD, False)])
def test_a_wrong_password_and_a_closed_account_are_told_the_same(password: str, active: bool) -> None:
    make_user("ben", is_active=active)

    response = Api().post("session", {"username": "ben", "password": password})

    assert error_of(response) == (401, "bad_credentials")
    assert response.json()["error"]["message"] == "The user name or the password is wrong."
    assert response["WWW-Authenticate"] == 'Bearer realm="gullery"'
    assert Session.objects.count() == 0


def test_signing_in_takes_json_only_which_no_foreign_form_can_send() -> None:
    make_user("ben")

    response = Api()(
        "post", "session", data=f'{{"username": "ben", "password": "{PASSWORD}"}}', content_type="text/plain"
    )

    assert error_of(response) == (415, "unsupported_media_type")
    assert Session.objects.count() == 0


def test_signing_out_ends_the_session(ben: User) -> None:
    api = Api(ben)

    assert api.delete("session").status_code == 204
    assert error_of(api.get("session")) == (401, "not_authenticated")


def test_unsafe_methods_with_a_session_need_the_csrf_token(ben: User) -> None:
    response = Api(ben, csrf=False).post("studies/birds/assignments")

    assert error_of(response) == (403, "csrf_failed")
    assert Api(ben, csrf=False).get("session").status_code == 200


def test_a_csrf_token_that_is_not_the_cookie_s_is_refused(ben: User) -> None:
    api = Api(ben)
    api.headers["X-CSRFToken"] = "d" * 32

    assert error_of(api.delete("session")) == (403, "csrf_failed")


def test_a_foreign_origin_is_refused_even_with_the_token(ben: User) -> None:
    api = Api(ben)
    api.headers["Origin"] = "https://evil.example"

    assert error_of(api.delete("session")) == (403, "csrf_failed")


def test_tokens_need_no_csrf_token(study: Study, ben: User) -> None:
    assert program(ben, "rate").post("studies/birds/assignments").status_code == 200


def test_a_person_switched_off_is_out_at_once(ben: User) -> None:
    with_cookie, with_token = Api(ben), program(ben)
    User.objects.filter(pk=ben.pk).update(is_active=False)

    assert error_of(with_cookie.get("session")) == (401, "not_authenticated")
    assert error_of(with_token.get("session")) == (401, "bad_token")


@pytest.mark.parametrize(
    "body, fields",
    [
        ({}, {"username": ["This field is required."], "password": ["This field is required."]}),
        ({"username": "a\x00", "password": "b"}, {"username": ["Null characters are not allowed."]}),
    ],
)
def test_what_is_missing_is_named(body: dict[str, str], fields: dict[str, list[str]]) -> None:
    response = Api().post("session", body)

    assert error_of(response) == (400, "invalid")
    assert response.json()["error"]["fields"] == fields
