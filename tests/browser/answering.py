"""How many requests the live server is at work on: the tables must not be emptied under any."""

import threading
import time
from collections.abc import Callable

from django.core.signals import request_finished, request_started

_lock = threading.Lock()
_at_work = 0
PAUSE_SECONDS = 0.02
QUIET_LOOKS = 5
"""A request may have been sent by a page that is closed and not have been begun."""


def listen() -> None:
    """From nothing: one that broke off in an earlier test may never have been ended."""
    global _at_work  # noqa: PLW0603
    _at_work = 0
    request_started.connect(_begun, dispatch_uid="answering")
    request_finished.connect(_ended, dispatch_uid="answering")


def wait_until_done(is_busy: Callable[[], bool], seconds: float = 30) -> None:
    """Until neither a thread of the server nor, by `is_busy`, the database has anything to do, in several looks."""
    deadline = time.monotonic() + seconds
    quiet = 0
    while quiet < QUIET_LOOKS and time.monotonic() < deadline:
        quiet = 0 if _at_work or is_busy() else quiet + 1
        time.sleep(PAUSE_SECONDS)


def _begun(**_: object) -> None:
    _count(1)


def _ended(**_: object) -> None:
    _count(-1)


def _count(by: int) -> None:
    global _at_work  # noqa: PLW0603
    if threading.current_thread() is not threading.main_thread():  # Django's test client asks in the test's own thread
        with _lock:
            _at_work = max(0, _at_work + by)
