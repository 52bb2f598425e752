"""Django's test handler behind the short way, as Django's application is behind it in the product."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.test.client import ClientHandler

from webapp.short_way import Environ, Headers, ShortWay


class ShortWayHandler(ClientHandler):
    """In the place of a test client's handler. `asked` counts what came to Django."""

    def __init__(self) -> None:
        super().__init__(enforce_csrf_checks=True)
        self.short_way = ShortWay(self._ask_django, give_back=lambda: None)  # the test's transaction is in it
        self.asked = 0
        self._answer: Any = None

    def __call__(self, environ: Environ) -> Any:
        self._answer = None
        said: list[tuple[str, Headers]] = []
        body = b"".join(self.short_way(environ, lambda status, headers, error=None: said.append((status, headers))))
        return self._answer or _answer(environ, *said[0], body)

    def _ask_django(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.asked += 1
        self._answer = super().__call__(environ)
        start_response(f"{self._answer.status_code} {self._answer.reason_phrase}", list(self._answer.items()))
        return ()


def _answer(environ: Environ, status: str, headers: Headers, body: bytes) -> Any:
    answer: Any = HttpResponse(body, status=int(status.split()[0]), headers=dict(headers))
    answer.wsgi_request = WSGIRequest(environ)
    return answer
