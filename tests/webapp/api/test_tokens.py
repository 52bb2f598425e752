from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotation.models import AccessToken, Study, User
from tests.factories import make_user
from tests.webapp.api.client import Api, error_of, program

pytestmark = pytest.mark.django_db
WISH = {"name": "laptop", "scopes": ["rate", "read", "rate"], "days": 30}


def test_a_token_s_text_is_shown_once_and_only_its_hash_is_kept(study: Study, ben: User) -> None:
    made = Api(ben).post("tokens", WISH)

    token = AccessToken.objects.get()
    text = made.json()["token"]
    assert made.status_code == 201
    assert (text[:5], token.digest, token.scopes) == ("gull_", AccessToken.digest_of(text), ["read", "rate"])
    assert token.expires_at - token.created_at < timedelta(days=30, seconds=1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM annotation_accesstoken token WHERE strpos(token::text, %s) > 0", [text])
        assert cursor.fetchone() == (0,)
    listed = Api(ben).get("tokens").json()["results"]
    assert [sorted(one) for one in listed] == [
        ["created_at", "expires_at", "id", "last_used_at", "name", "revoked_at", "scopes"]
    ]
    assert Api(token=text, csrf=False).post("studies/birds/assignments").status_code == 200


@pytest.mark.parametrize(
    "change, field",
    [
        ({"days": 366}, "days"),
        ({"days": 0}, "days"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["all"]}, "scopes.0"),
        ({"name": ""}, "name"),
    ],
)
def test_a_token_that_makes_no_sense_is_not_made(ben: User, change: dict[str, object], field: str) -> None:
    response = Api(ben).post("tokens", WISH | change)

    assert error_of(response) == (400, "invalid")
    assert list(response.json()["error"]["fields"]) == [field]
    assert AccessToken.objects.count() == 0


def test_a_revoked_an_expired_and_an_unknown_token_are_refused_alike(ben: User) -> None:
    revoked, expired = program(ben), program(ben)
    first, second = AccessToken.objects.order_by("pk")
    Api(ben).delete(f"tokens/{first.pk}")
    long_ago = timezone.now() - timedelta(days=9)
    AccessToken.objects.filter(pk=second.pk).update(created_at=long_ago, expires_at=long_ago + timedelta(days=8))

    for api in (revoked, expired, Api(token="gull_made_up"), Api(token="")):
        response = api.get("session")
        assert error_of(response) in {(401, "bad_token"), (401, "not_authenticated")}
        assert response["WWW-Authenticate"] == 'Bearer realm="gullery"'


def test_revoking_twice_keeps_the_first_time_and_another_s_token_is_not_there(ben: User) -> None:
    token, _ = AccessToken.issue(user=ben, name="x", scopes=["read"], days=1)
    Api(ben).delete(f"tokens/{token.pk}")
    token.refresh_from_db()

    assert Api(ben).delete(f"tokens/{token.pk}").status_code == 204
    assert AccessToken.objects.get().revoked_at == token.revoked_at
    assert error_of(Api(make_user()).delete(f"tokens/{token.pk}")) == (404, "not_found")


def test_a_token_cannot_make_or_revoke_tokens(ben: User) -> None:
    api = program(ben)
    pk = AccessToken.objects.get().pk

    assert error_of(api.post("tokens", WISH)) == (403, "session_needed")
    assert error_of(api.delete(f"tokens/{pk}")) == (403, "session_needed")
    assert AccessToken.objects.filter(revoked_at=None).count() == 1


def test_there_is_an_end_to_tokens(ben: User) -> None:
    for _ in range(50):
        AccessToken.issue(user=ben, name="x", scopes=["read"], days=1)

    assert error_of(Api(ben).post("tokens", WISH)) == (409, "too_many_tokens")


@pytest.mark.parametrize(
    "scope, method, path, allowed",
    [
        ("read", "get", "studies/birds", True),
        ("read", "get", "studies/birds/votes/mine", True),
        ("read", "post", "studies/birds/assignments", False),
        ("read", "patch", "studies/birds", False),
        ("rate", "get", "studies/birds", False),
        ("rate", "get", "studies/birds/votes/mine", True),
        ("rate", "post", "studies/birds/assignments", True),
        ("rate", "patch", "studies/birds", False),
        ("manage", "get", "studies/birds", False),
        ("manage", "post", "studies/birds/assignments", False),
        ("manage", "patch", "studies/birds", True),
    ],
)
def test_a_token_does_what_its_scope_says(ada: User, scope: str, method: str, path: str, allowed: bool) -> None:
    response = program(ada, scope)(method, path, None if method == "get" else {})

    if allowed:
        assert response.status_code == 200
    else:
        assert error_of(response) == (403, "scope_missing")


def test_a_token_never_exceeds_its_person_s_role(ben: User) -> None:
    assert error_of(program(ben, "manage").patch("studies/birds", {"name": "Mine"})) == (403, "forbidden")


def test_authentication_costs_one_query_and_the_use_is_noted_at_most_once_a_minute(study: Study, ben: User) -> None:
    api = program(ben, "read")
    api.get("studies")
    first = AccessToken.objects.get().last_used_at

    with CaptureQueriesContext(connection) as queries:
        api.get("studies")

    assert len(queries) == 2  # the token with its person, the studies
    assert AccessToken.objects.get().last_used_at == first
    earlier = timezone.now() - timedelta(seconds=61)
    AccessToken.objects.update(last_used_at=earlier)
    api.get("studies")
    assert AccessToken.objects.get().last_used_at > earlier
