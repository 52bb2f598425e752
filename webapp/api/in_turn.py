"""Votes and leases, first come first served: in each process one of them is at work at a time.

Threads at work together take the interpreter from each other, so that all are late: see "Votes over HTTP" in
docs/measurements.md. Who only waits for the disk any more lets the next one begin.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from webapp.api import even_timing
from webapp.api.answers import json_answer
from webapp.api.views import Route

PATIENCE_SECONDS = 1.0
"""Who waited so long goes ahead: the one at work waits itself, for a lock in the database."""


class Turn:
    """Of one request. It ends with its block, or earlier where it says so."""

    def __init__(self, line: "Line", mine: bool) -> None:
        self._line = line
        self._mine = mine

    def end(self) -> None:
        """The next one may begin. Harmless when the turn is over, or was never one's own."""
        if self._mine:
            self._mine = False
            self._line._next()


class Line:
    """Where requests wait for their turn."""

    def __init__(self, patience: float = PATIENCE_SECONDS) -> None:
        self.patience = patience
        self._lock = Lock()
        self._busy = False
        self._waiting: deque[Lock] = deque()

    @contextmanager
    def turn(self) -> Iterator[Turn]:
        turn = Turn(self, self._come())
        try:
            yield turn
        finally:
            turn.end()

    def _come(self) -> bool:
        """Whether the turn is one's own and has to be handed on."""
        with self._lock:
            if not self._busy:
                self._busy = True
                return True
            called = Lock()
            called.acquire()
            self._waiting.append(called)
        if called.acquire(timeout=self.patience):
            return True
        with self._lock:
            if called not in self._waiting:  # called in this very moment
                return True
            self._waiting.remove(called)
            return False

    def _next(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._busy = False


LINE = Line()


@dataclass(frozen=True, slots=True)
class Told:
    """What an action came to. `hides` says whether its time could tell something that the answer does not."""

    shape: Mapping[str, Any]
    hides: bool
    status: int = 200


class InTurn(Route):
    """A route that works in its turn, and answers on a beat where it says that it hides something.

    `turn.end()` belongs before a COMMIT: it waits for the disk, and the answer for it.
    """

    short: Callable[..., Told] | None = None
    """What `webapp.short_way` may call in the route's place, with the person, the body, the turn and the address's parts."""
    hides = False
    turn: Turn

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked_at = even_timing.now()
        with LINE.turn() as self.turn:
            response = super().dispatch(request, *args, **kwargs)
        if self.hides:
            even_timing.wait_for_beat(asked_at)
        return response

    def answer(self, told: Told) -> HttpResponse:
        self.hides = told.hides
        return json_answer(told.shape, status=told.status)
