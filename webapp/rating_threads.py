"""The threads of a web process that leases and votes go through: two are at work at a time, first come first served.

More of them take the interpreter from each other, so that all are late; see "Votes over HTTP" in docs/measurements.md. A thread
has its own connection to the database and keeps it, so few threads find servers that have just worked for them.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

AT_WORK = 2
AT_MOST = 6
"""With those that only wait: for a beat, or for so long that others go ahead."""
PATIENCE_SECONDS = 1.0
"""Who works for longer waits for a lock in the database; then the next one begins."""

_here = threading.local()


class _Job:
    def __init__(self, do: Callable[..., Any], *arguments: Any) -> None:
        self.result: Future[Any] = Future()
        self.begun_at = 0.0
        self._do = partial(do, *arguments)

    def run(self) -> None:
        try:
            result = self._do()
        except BaseException as error:
            self.result.set_exception(error)
        else:
            self.result.set_result(result)


class RatingThreads:
    def __init__(self, at_work: int = AT_WORK, at_most: int = AT_MOST, patience: float = PATIENCE_SECONDS) -> None:
        self._threads = ThreadPoolExecutor(at_most, thread_name_prefix="rating")
        self._patience = patience
        self._lock = threading.Lock()
        self._free = at_work
        self._working: set[_Job] = set()
        self._waiting: deque[_Job] = deque()

    def submit(self, do: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        job = _Job(do, *arguments)
        with self._lock:
            if self._free:
                self._free -= 1
                self._begin(job)
            else:
                self._waiting.append(job)
        return job.result

    def hurry(self) -> None:
        """To be called now and then: lets others go ahead of those who have worked for too long."""
        until = time.monotonic() - self._patience
        with self._lock:
            slow = [job for job in self._working if job.begun_at < until]
        for job in slow:
            self._leave(job)

    def shutdown(self) -> None:
        self._threads.shutdown()

    def _begin(self, job: _Job) -> None:
        job.begun_at = time.monotonic()
        self._working.add(job)
        self._threads.submit(self._work, job)

    def _work(self, job: _Job | None) -> None:
        _here.threads = self
        while job is not None:
            _here.job = job
            job.run()
            job = self._follow(job)
        _here.job = None

    def _follow(self, job: _Job) -> _Job | None:
        """The next one for the same thread, unless the place of this one has been given away."""
        with self._lock:
            if job not in self._working:
                return None
            self._working.remove(job)
            if not self._waiting:
                self._free += 1
                return None
            following = self._waiting.popleft()
            following.begun_at = time.monotonic()
            self._working.add(following)
            return following

    def _leave(self, job: _Job) -> None:
        with self._lock:
            if job not in self._working:
                return
            self._working.remove(job)
            if self._waiting:
                self._begin(self._waiting.popleft())
            else:
                self._free += 1


def only_waiting() -> None:
    """From here on the caller is not at work: the next one may begin. Harmless in any other thread."""
    job = getattr(_here, "job", None)
    if job is not None:
        _here.threads._leave(job)


def is_rating_thread() -> bool:
    return getattr(_here, "job", None) is not None
