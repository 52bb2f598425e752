"""Who is calling: a person with a session cookie, or a program with a personal token."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from annotation.models import AccessToken, User

CHALLENGE = 'Bearer realm="gullery"'
NOTED_EVERY = timedelta(minutes=1)


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer gull_...`. One query; the use is noted at most once a minute."""

    def authenticate(self, request: Request) -> tuple[User, AccessToken] | None:
        kind, _, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if kind.lower() != "bearer":
            return None
        now = timezone.now()
        token = _find(AccessToken.digest_of(text.strip()), now)
        if token is None:
            raise AuthenticationFailed("This token is unknown, expired or revoked; make a new one.", code="bad_token")
        if token.last_used_at is None or token.last_used_at < now - NOTED_EVERY:
            AccessToken.objects.filter(pk=token.pk).update(last_used_at=now)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


# In the order of the models' fields: from_db deals the values out in that order, and reads the others when they are wanted.
_TOKEN = ("id", "user_id", "scopes", "last_used_at")
_USER = ("id", "is_superuser", "username", "is_staff", "is_active")
# By hand, because this runs for every request of every program and the ORM takes five times as long to say the same.
_FIND = f"""
SELECT {", ".join(f"token.{name}" for name in _TOKEN)}, {", ".join(f"person.{name}" for name in _USER)}
FROM {AccessToken._meta.db_table} token JOIN {User._meta.db_table} person ON person.id = token.user_id
WHERE token.digest = %s AND token.revoked_at IS NULL AND token.expires_at > %s AND person.is_active
"""  # noqa: S608  the columns are ours


def _find(digest: str, now: datetime) -> AccessToken | None:
    """The usable token with its person."""
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [digest, now])
        row = cursor.fetchone()
    if row is None:
        return None
    token = AccessToken.from_db("default", _TOKEN, row[: len(_TOKEN)])
    token.user = User.from_db("default", _USER, row[len(_TOKEN) :])
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
