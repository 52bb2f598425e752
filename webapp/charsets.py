"""A request in a charset that is no text's, like Python's "zip": Django fails before it has anything to answer to."""

from collections.abc import Iterable

from django.core.handlers.wsgi import WSGIRequest

from webapp.short_way import Application, Environ, StartResponse


class Charsets:
    """A WSGI application in front of Django's. A charset that nobody knows is passed over, as Django has it."""

    def __init__(self, django: Application) -> None:
        self._django = django

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if ";" in environ.get("CONTENT_TYPE", "") and not _is_text(environ):
            start_response("400 Bad Request", [("Content-Length", "0")])
            return []
        return self._django(environ, start_response)


def _is_text(environ: Environ) -> bool:
    try:
        " ".encode(WSGIRequest(environ).encoding or "utf-8")
    except (LookupError, ValueError):
        return False
    return True
