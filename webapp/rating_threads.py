"""The few threads of a web process that leases and votes go through.

A thread has its own connection to the database. Through many threads, each vote would find a server process that last worked
many votes ago, and more threads than are at work at a time only take the interpreter from each other.
"""

import threading
from concurrent.futures import ThreadPoolExecutor

RATING_THREADS = 3
"""One at work, the others waiting for the disk or for a beat."""

_here = threading.local()


def rating_threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(RATING_THREADS, thread_name_prefix="rating", initializer=_mark)


def is_rating_thread() -> bool:
    """Whether the caller runs in one of them; they keep their connections between votes."""
    return getattr(_here, "rating", False)


def _mark() -> None:
    _here.rating = True
