"""Which form an answer takes: JSON, whoever asks for anything."""

from collections.abc import Iterable

from rest_framework.negotiation import BaseContentNegotiation, DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

_ANYTHING = {"*/*", "application/json"}


class FileNegotiation(BaseContentNegotiation):
    """A file is what it is, whatever is asked for; what goes wrong with it is told in JSON."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        first = next(iter(renderers))
        return first, first.media_type


class JsonNegotiation(DefaultContentNegotiation):
    """DRF's own, but for the two headers that nearly all clients send, which leave nothing to find out."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        first, *others = renderers
        if not others and request.META.get("HTTP_ACCEPT", "*/*") in _ANYTHING:
            return first, first.media_type
        chosen: tuple[BaseRenderer, str] = super().select_renderer(request, [first, *others], format_suffix)
        return chosen
