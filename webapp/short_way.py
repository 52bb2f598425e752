"""The short way of a program's votes and leases: past everything in Django and DRF that only browsers and refusals need.

Only what goes well ends here. Whatever else a request turns out to be has changed nothing by then, and Django answers it from
its beginning. What Django's answer to the first such request says in its headers, all later ones say.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from io import BytesIO
from types import TracebackType
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.urls import Resolver404, resolve

from annotation.enums import TokenScope
from annotation.models import AccessToken, User
from webapp.api import even_timing
from webapp.api.answers import as_json
from webapp.api.authentication import find_token
from webapp.api.even_route import EvenRoute, Told
from webapp.api.parsing import object_in
from webapp.api.throttling import COUNTS, UserThrottle, allowance_of
from webapp.rating_threads import is_rating_thread

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
ExcInfo = tuple[type[BaseException], BaseException, TracebackType]

KINDS_AT_MOST = 1000
_BEARER = "Bearer "
_STATUS = {200: "200 OK", 201: "201 Created"}


class Kind(NamedTuple):
    """What the headers of an answer, or whether there is one, may depend on."""

    work: Callable[..., Told]
    host: str | None
    forwarded: str | None
    scheme: str
    accepts: str | None
    language: str | None


class Work(NamedTuple):
    """What a route does, and the parts of its address."""

    do: Callable[..., Told]
    parts: Mapping[str, Any]


class ShortWay:
    """A WSGI application in front of Django's."""

    def __init__(self, django: Application, give_back: Callable[[], None] | None = None) -> None:
        """`give_back` is called when nothing is asked of the database any more."""
        self._django = django
        self._give_back = give_back or give_back_connection
        self._headers: dict[Kind, Headers] = {}

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        work = _work(environ)
        if work is None:
            return self._django(environ, start_response)
        kind = _kind(environ, work)
        headers = self._headers.get(kind)
        if headers is None:
            return self._django(environ, self._learning(kind, start_response))
        told = _told(environ, work, self._give_back)
        if told is None:
            return self._django(environ, start_response)
        body = as_json(told.shape)
        start_response(_STATUS[told.status], [*headers, ("Content-Length", str(len(body)))])
        return [body]

    def _learning(self, kind: Kind, start_response: StartResponse) -> StartResponse:
        def start(status: str, headers: Headers, exc_info: ExcInfo | None = None) -> Any:
            if status in _STATUS.values():
                if len(self._headers) >= KINDS_AT_MOST:
                    self._headers.clear()
                self._headers[kind] = [pair for pair in headers if pair[0] != "Content-Length"]
            return start_response(status, headers, exc_info)

        return start


def _work(environ: Environ) -> Work | None:
    """What is to be done for a program that sends plain JSON to one of the routes; None for everything else."""
    if (
        environ["REQUEST_METHOD"] != "POST"
        or not environ.get("HTTP_AUTHORIZATION", "").startswith(_BEARER)
        or environ.get("CONTENT_TYPE") != "application/json"
        or environ.get("HTTP_COOKIE")
        or environ.get("QUERY_STRING")
        or environ.get("SCRIPT_NAME")
    ):
        return None
    return _route(environ["PATH_INFO"])


@lru_cache(maxsize=KINDS_AT_MOST)
def _route(path: str) -> Work | None:
    try:
        match = resolve(path)
    except Resolver404:
        return None
    view = getattr(match.func, "cls", None)
    short = view.short if isinstance(view, type) and issubclass(view, EvenRoute) else None
    return None if short is None else Work(short, match.kwargs)


def _kind(environ: Environ, work: Work) -> Kind:
    return Kind(
        work.do,
        environ.get("HTTP_HOST"),
        environ.get("HTTP_X_FORWARDED_PROTO"),
        environ["wsgi.url_scheme"],
        environ.get("HTTP_ACCEPT"),
        environ.get("HTTP_ACCEPT_LANGUAGE"),
    )


def give_back_connection() -> None:
    """To the pool. Rating threads keep theirs."""
    if not is_rating_thread():
        connection.close()


def _told(environ: Environ, work: Work, give_back: Callable[[], None]) -> Told | None:
    """What came of it; None when Django has to say why nothing did. Either way its body can be read once more."""
    asked_at = even_timing.now()
    body = _body(environ)
    if body is None:
        return None
    try:
        told = _do(environ, work, body)
    except Exception:  # a refusal, an error: Django will meet it too, and knows how to say so
        return None
    finally:
        give_back()
    if told is not None and told.hides:
        even_timing.wait_for_beat(asked_at)
    return told


def _body(environ: Environ) -> bytes | None:
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isdecimal() or int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return None
    body: bytes = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = BytesIO(body)
    return body


def _do(environ: Environ, work: Work, body: bytes) -> Told | None:
    person = _person(environ)
    if person is None:
        return None
    allowance = allowance_of(UserThrottle.scope, str(person.pk))
    if allowance is not None and COUNTS.of(allowance.key) >= allowance.most:
        return None
    told = work.do(person, object_in(body), **work.parts)
    if allowance is not None:
        COUNTS.add(allowance.key)
    return told


def _person(environ: Environ) -> User | None:
    """Whose token it is, if it is good for rating."""
    token = find_token(AccessToken.digest_of(environ["HTTP_AUTHORIZATION"][len(_BEARER) :].strip()))
    return token.user if token is not None and TokenScope.RATE in token.scopes else None
