"""Who is calling: a person with a session cookie, or a program with a personal token."""

from datetime import timedelta
from typing import Any

from django.db.models.functions import Now
from django.http import HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from annotation.models import AccessToken, User
from annotation.queries.rows import row_of
from annotation.queries.statements import Statement

CHALLENGE = 'Bearer realm="gullery"'
NOTED_EVERY = timedelta(minutes=1)


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer gull_...`. One query; the use is noted at most once a minute."""

    def authenticate(self, request: Request) -> tuple[User, AccessToken] | None:
        kind, _, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if kind.lower() != "bearer":
            return None
        token = find_token(AccessToken.digest_of(text.strip()))
        if token is None:
            raise AuthenticationFailed("This token is unknown, expired or revoked; make a new one.", code="bad_token")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


_TOKEN = ("id", "user_id", "scopes")
_USER = ("id", "is_superuser", "username", "is_staff", "is_active")
# By hand, because this runs for every request of every program and the ORM takes five times as long to say the same.
_FIND = Statement(f"""
SELECT token.last_used_at > statement_timestamp() - make_interval(secs => {NOTED_EVERY.total_seconds():.0f}),
    {", ".join(f"token.{name}" for name in _TOKEN)}, {", ".join(f"person.{name}" for name in _USER)}
FROM {AccessToken._meta.db_table} token JOIN {User._meta.db_table} person ON person.id = token.user_id
WHERE token.digest = %(digest)s AND token.revoked_at IS NULL AND token.expires_at > statement_timestamp() AND person.is_active
""")  # noqa: S608  the columns are ours


def find_token(digest: str) -> AccessToken | None:
    """The usable token with its person."""
    row = _FIND.row({"digest": digest})
    if row is None:
        return None
    noted, *found = row
    token = row_of(AccessToken, _TOKEN, found[: len(_TOKEN)])
    token.user = row_of(User, _USER, found[len(_TOKEN) :])
    if not noted:
        AccessToken.objects.filter(pk=token.pk).update(last_used_at=Now())
    return token


class SessionAuthentication(BaseAuthentication):
    """The session cookie; every unsafe method needs the CSRF token in the header X-CSRFToken."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        user: Any = getattr(request._request, "user", None)
        if user is None or not user.is_active:  # nobody signed in is never active
            return None
        refuse_forgery(request)
        return user, None

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


class _HeadersOnly:
    """The request as the CSRF check should see it: the token is a header's, so no body is read for a forger."""

    POST: dict[str, str] = {}

    def __init__(self, request: Request) -> None:
        self._request = request._request

    def __getattr__(self, name: str) -> Any:
        return getattr(self._request, name)


class _Check(CsrfViewMiddleware):
    def _reject(self, request: Any, reason: str) -> Any:
        return reason


def refuse_forgery(request: Request) -> None:
    """Raises PermissionDenied unless the request carries the CSRF token that its cookie names."""
    seen: Any = _HeadersOnly(request)
    check = _Check(HttpResponse)
    check.process_request(seen)
    reason = check.process_view(seen, HttpResponse, (), {})
    if reason:
        advice = "Send the csrftoken cookie's value in the header X-CSRFToken."
        raise PermissionDenied(f"{reason} {advice}", code="csrf_failed")
