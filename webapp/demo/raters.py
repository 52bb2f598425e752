"""Everybody rates at once, one thread each, until the server says that all is done."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from webapp.demo.client import ApiClient
from webapp.demo.people import Person, opine
from webapp.demo.truth import Truth

WAIT_SECONDS = 0.5


@dataclass(slots=True)
class Tally:
    """What the raters did; `errors` holds what ended a thread."""

    votes: int = 0
    late: int = 0
    surplus: int = 0
    errors: list[BaseException] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, answer: Mapping[str, Any]) -> None:
        with self.lock:
            self.votes += bool(answer["created"])
            self.late += bool(answer["late"])
            self.surplus += bool(answer["surplus"])


@dataclass(frozen=True, slots=True)
class Session:
    """One simulated annotator with a connection of their own."""

    person: Person
    client: ApiClient
    study: str
    region_of: Callable[[int], int]
    truths: Mapping[int, Truth]

    def rate_all(self, tally: Tally, progress: Callable[[int], object], stop: threading.Event) -> None:
        while not stop.is_set():
            answer = self.client.next_assignment(self.study)
            if answer["answer"] == "nothing_now":
                stop.wait(WAIT_SECONDS)
            elif answer["answer"] != "seat":
                return
            else:
                tally.count(self._rate(answer["assignment"]))
                progress(1)

    def _rate(self, seat: Mapping[str, Any]) -> dict[str, Any]:
        region = self.region_of(seat["id"])
        opinion = opine(self.person, self.truths[region], region)
        key = str(uuid5(NAMESPACE_URL, f"{self.study}/{self.person.name}/{region}"))
        facts = {"duration_ms": 4000 + 1000 * (region % 9), "device_pixel_ratio": 1.0, "client": "gullery-demo/1"}
        return self.client.cast_vote(seat["lease"], key, opinion, facts)


def rate_everything(sessions: list[Session], progress: Callable[[int], object], check: Callable[[], None]) -> Tally:
    """Runs all sessions to their end. Raises the first error of a thread, or what `check` raises meanwhile."""
    tally, stop = Tally(), threading.Event()

    def run(session: Session) -> None:
        try:
            session.rate_all(tally, progress, stop)
        except BaseException as error:
            tally.errors.append(error)
            stop.set()
        finally:
            session.client.close()

    threads = [threading.Thread(target=run, args=(session,), daemon=True) for session in sessions]
    for thread in threads:
        thread.start()
    try:
        while any(thread.is_alive() for thread in threads):
            check()
            time.sleep(0.1)
    finally:
        stop.set()
    if tally.errors:
        raise tally.errors[0]
    return tally
