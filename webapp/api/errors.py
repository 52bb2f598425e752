"""Every refusal in one shape: {"error": {"code", "message", "fields"?}}."""

import logging
from typing import Any, NotRequired, TypedDict

from django.conf import settings
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFilesSent
from django.core.signals import got_request_exception
from django.db import IntegrityError, OperationalError
from django.http import Http404, UnreadablePostError
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from annotation.errors import DomainError
from annotation.store_errors import StoreAwayError
from webapp.api.authentication import CHALLENGE
from webapp.spoken import spoken

log = logging.getLogger(__name__)
LONGEST = 600
"""Characters of a message: it may quote what the client sent."""


class Problem(TypedDict):
    code: str
    message: str
    fields: NotRequired[dict[str, list[str]]]


class ProblemAnswer(TypedDict):
    error: Problem


def answer_error(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's exception handler. What is nobody's mistake but ours is logged and says nothing about the inside."""
    set_rollback()
    if isinstance(error, DomainError):
        return answer(error.status, error.code, error.message)
    if isinstance(error, exceptions.APIException):
        return _answer_framework(error)
    if isinstance(error, Http404):
        return answer(404, "not_found", str(error) or "There is no such thing for you.")
    if isinstance(error, (DjangoPermissionDenied, SuspiciousOperation)):
        return _answer_suspicious(error)
    return _answer_own_fault(error, context)


def answer(code: int, name: str, message: str, fields: dict[str, list[str]] | None = None) -> Response:
    """The message is for people, so it follows their language; the code is for programs and stays."""
    problem: Problem = {"code": name, "message": presentable(spoken(message))}
    if fields:
        problem["fields"] = fields
    return Response(ProblemAnswer(error=problem), status=code)


def presentable(text: str) -> str:
    """Short, and without half characters, which UTF-8 cannot carry."""
    whole = text.encode("utf-8", "replace").decode()
    return whole if len(whole) <= LONGEST else f"{whole[:LONGEST]}…"


def _answer_framework(error: exceptions.APIException) -> Response:
    if isinstance(error, exceptions.ValidationError):
        fields = _fields(error.detail)
        first = next(iter(fields.items()), ("", ["The input makes no sense."]))
        return answer(error.status_code, "invalid", f"{first[0]}: {first[1][0]}" if first[0] else first[1][0], fields)
    code = str(getattr(error.detail, "code", error.default_code))
    unknown = isinstance(error, (exceptions.AuthenticationFailed, exceptions.NotAuthenticated))
    response = answer(401 if unknown else error.status_code, _NAMES.get(code, code), str(error.detail))
    wait = getattr(error, "wait", None)
    if wait is not None:
        response["Retry-After"] = str(max(1, round(wait)))
    if unknown:
        response["WWW-Authenticate"] = CHALLENGE
    return response


_NAMES = {"parse_error": "invalid", "permission_denied": "forbidden", "error": "refused"}


def _fields(detail: Any, name: str = "") -> dict[str, list[str]]:
    """A serializer's errors, nested as deep as they like, as one flat dict of dotted names."""
    if isinstance(detail, dict):
        parts = [_fields(value, f"{name}.{key}" if name else str(key)) for key, value in detail.items()]
        return {key: messages for part in parts for key, messages in part.items()}
    if any(isinstance(one, (dict, list)) for one in detail):
        return _fields({str(index): one for index, one in enumerate(detail) if one}, name)
    return {name.removesuffix(".non_field_errors"): [presentable(str(one)) for one in detail]}


def _answer_suspicious(error: Exception) -> Response:
    if isinstance(error, TooManyFilesSent):
        most = settings.DATA_UPLOAD_MAX_NUMBER_FILES
        return answer(413, "too_many", f"At most {most} files are taken at once; send them as one zip.")
    if isinstance(error, RequestDataTooBig):
        return answer(413, "too_large", "The request is larger than this server takes.")
    if isinstance(error, SuspiciousOperation):
        return answer(400, "invalid", "The request makes no sense.")
    return answer(403, "forbidden", str(error) or "You may not do this.")


def _answer_own_fault(error: Exception, context: dict[str, Any]) -> Response:
    if isinstance(error, UnreadablePostError):
        return answer(400, "invalid", "The request broke off before its end.")
    log.error("%s failed", context.get("view").__class__.__name__, exc_info=error)
    if isinstance(error, IntegrityError):
        return answer(409, "conflict", "Somebody changed the same thing at the same moment; try again.")
    if isinstance(error, StoreAwayError):
        response = answer(503, "unavailable", "The store of files is away; try again.")
        response["Retry-After"] = "5"
        return response
    if isinstance(error, OperationalError):  # no connection, a deadlock: repeating may help
        response = answer(503, "unavailable", "The database is busy or away; try again.")
        response["Retry-After"] = "2"
        return response
    got_request_exception.send(sender=None, request=context.get("request"))
    return answer(500, "server_error", "Something went wrong here; it was logged.")
