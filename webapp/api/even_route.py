"""Routes whose time of answering tells nothing: leases, votes, and taking one back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from webapp.api import even_timing
from webapp.api.answers import json_answer
from webapp.api.views import Route


@dataclass(frozen=True, slots=True)
class Told:
    """What an action came to. `hides` says whether its time could tell something that the answer does not."""

    shape: Mapping[str, Any]
    hides: bool
    status: int = 200


class EvenRoute(Route):
    """A route that answers on a beat where it says that it hides something."""

    short: Callable[..., Told] | None = None
    """What `webapp.short_way` may call in the route's place, with the person, the body and the address's parts."""
    hides = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked_at = even_timing.now()
        response = super().dispatch(request, *args, **kwargs)
        if self.hides:
            even_timing.wait_for_beat(asked_at)
        return response

    def answer(self, told: Told) -> HttpResponse:
        self.hides = told.hides
        return json_answer(told.shape, status=told.status)
