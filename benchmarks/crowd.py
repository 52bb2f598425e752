"""Annotators at work over HTTP, each on a kept-alive connection of their own, all in one thread.

A thread for each would wait for the others' turn in the interpreter and count that as the server's time.
"""

import heapq
import json
import random
import selectors
import socket
import time
import uuid
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any
from urllib.parse import urlsplit

WAIT_SECONDS = 0.5
_BLOCK = 65_536


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, sent after a pause."""

    name: str
    path: str
    body: Mapping[str, object]
    pause_seconds: float = 0.0


Visit = Generator[Ask, dict[str, Any], None]


@dataclass(slots=True)
class Tally:
    """What came of it. `most_votes` 0 is no limit; then nobody stops before the server says that all is done."""

    most_votes: int = 0
    votes: int = 0
    seconds: dict[str, list[float]] = field(default_factory=lambda: {"next": [], "submit": []})

    @property
    def enough(self) -> bool:
        return 0 < self.most_votes <= self.votes


def visit(
    study: str, opinions: Iterable[Mapping[str, int]], think_seconds: float, tally: Tally, seed: int = 0
) -> Visit:
    """One annotator's requests, given the answers: the next region, then the vote on it, until there is none.

    Each vote is thought about for a time between nothing and twice `think_seconds`, or all would come in step for ever.
    """
    said, chance = cycle(opinions), random.Random(seed)
    pause = 0.0
    while not tally.enough:
        answer = yield Ask("next", f"/api/v1/studies/{study}/assignments", {"holding": []}, pause)
        if answer["answer"] not in {"seat", "nothing_now"}:
            return
        pause = WAIT_SECONDS
        if answer["answer"] == "seat":
            facts = {"duration_ms": 9000, "device_pixel_ratio": 1.0, "client": "gullery-benchmark/1"}
            vote = {"lease": answer["assignment"]["lease"], "idempotency_key": str(uuid.uuid4())}
            thought = chance.uniform(0, 2 * think_seconds)
            cast = yield Ask("submit", "/api/v1/votes", vote | {"opinion": next(said), "facts": facts}, thought)
            tally.votes += bool(cast["created"])
            pause = 0.0


class Line:
    """One annotator's connection, with at most one request on its way."""

    def __init__(self, address: str, token: str, visit: Visit) -> None:
        parts = urlsplit(address)
        self.socket = socket.create_connection((parts.hostname or "", parts.port or 80), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._head = (
            f"Host: {parts.netloc}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
            "Accept-Encoding: identity\r\nContent-Length: "
        )
        self._visit = visit
        self._received = b""
        self._asked_at = 0.0
        self.ask = next(visit)

    def send(self) -> None:
        body = json.dumps(self.ask.body)
        self._received = b""
        self._asked_at = time.perf_counter()
        self.socket.sendall(f"POST {self.ask.path} HTTP/1.1\r\n{self._head}{len(body)}\r\n\r\n{body}".encode())

    def hear(self, tally: Tally) -> bool:
        """Reads what came; True when the answer was whole and another request follows. Raises StopIteration at the end."""
        block = self.socket.recv(_BLOCK)
        if not block:
            raise ConnectionError("the server closed the connection")
        self._received += block
        body = body_of(self._received)
        if body is None:
            return False
        tally.seconds[self.ask.name].append(time.perf_counter() - self._asked_at)
        self.ask = self._visit.send(json.loads(body))
        return True


def body_of(answer: bytes) -> bytes | None:
    """The body of an HTTP answer once it is whole. Raises ConnectionError for a refusal."""
    head, _, body = answer.partition(b"\r\n\r\n")
    length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
    if not length or len(body) < int(length):
        return None
    if not head.startswith(b"HTTP/1.1 2"):
        raise ConnectionError(f"{head.partition(bytes([13]))[0].decode()}: {body[:300].decode(errors='replace')}")
    return body


def rate(lines: Iterable[Line], tally: Tally, check: Callable[[], None]) -> None:
    """All of them at once, until each is through. `check` may raise to end it."""
    selector = selectors.DefaultSelector()
    waiting: list[tuple[float, int, Line]] = []
    for line in lines:
        selector.register(line.socket, selectors.EVENT_READ, line)
        line.send()
    while selector.get_map():
        for line in _answered(selector, waiting, tally):
            if line.ask.pause_seconds:
                heapq.heappush(waiting, (time.monotonic() + line.ask.pause_seconds, id(line), line))
            else:
                line.send()
        while waiting and waiting[0][0] <= time.monotonic():
            heapq.heappop(waiting)[2].send()
        check()


def _answered(selector: selectors.BaseSelector, waiting: list[tuple[float, int, Line]], tally: Tally) -> Iterator[Line]:
    patience = max(0.0, waiting[0][0] - time.monotonic()) if waiting else 1.0
    for key, _ in selector.select(min(patience, 1.0)):
        line: Line = key.data
        try:
            whole = line.hear(tally)
        except StopIteration:
            selector.unregister(line.socket)
            line.socket.close()
            continue
        if whole:
            yield line
