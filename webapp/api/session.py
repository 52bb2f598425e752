"""Signing in and out with a cookie, and who one is."""

from typing import Any, TypedDict

from django.contrib.auth import authenticate, login, logout
from rest_framework import serializers
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.enums import Role
from annotation.models import User
from webapp import access
from webapp.addresses import address_of
from webapp.api.parsing import body_of, parse
from webapp.api.schema import describe
from webapp.api.throttling import StrangerThrottle, Throttle, guesser_of
from webapp.api.views import Route


class Credentials(serializers.Serializer[User]):
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=1000, trim_whitespace=False)


class Part(TypedDict):
    study: str
    name: str
    role: Role


class Person(TypedDict):
    username: str
    is_staff: bool
    memberships: list[Part]


class SignInThrottle(Throttle):
    """Per address and user name, so that guessing at one person locks out nobody else."""

    scope = "sign-in"

    def who(self, request: Request) -> str:
        return guesser_of(address_of(request), str(body_of(request).get("username", "")))


class Session(Route):
    def get_authenticators(self) -> Any:
        return [] if self._signing_in else super().get_authenticators()

    def get_permissions(self) -> Any:
        return [] if self._signing_in else super().get_permissions()

    def get_throttles(self) -> Any:
        return [StrangerThrottle(), SignInThrottle()] if self._signing_in else super().get_throttles()

    @property
    def _signing_in(self) -> bool:
        return getattr(self.request, "method", None) == "POST"  # there is no request while the schema is made

    @describe("Sign in: sets the session cookie and the CSRF cookie", Person, body=Credentials)
    def post(self, request: Request) -> Response:
        given = parse(Credentials, request)
        user = authenticate(request._request, **given)
        if not isinstance(user, User):
            raise AuthenticationFailed("The user name or the password is wrong.", code="bad_credentials")
        login(request._request, user)
        return Response(person_of(user))

    @describe("Who am I, and what in which study", Person)
    def get(self, request: Request) -> Response:
        return Response(person_of(self.person))

    @describe("Sign out", status=204)
    def delete(self, request: Request) -> Response:
        logout(request._request)
        return Response(status=204)


def person_of(user: User) -> Person:
    parts: list[Part] = [
        {"study": one.study.slug, "name": one.study.name, "role": Role(one.role)} for one in access.memberships_of(user)
    ]
    return {"username": user.username, "is_staff": user.is_staff, "memberships": parts}
