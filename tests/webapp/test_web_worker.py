import socket
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from gunicorn.config import Config
from gunicorn.glogging import Logger

from tests.webapp.api.routes import api_routes
from webapp.short_way import _route
from webapp.web_worker import EvenWorker, glance, rates


class Noting(EvenWorker):
    """Keeps what it accepted, where a real one would answer it."""

    def __init__(self, held: int) -> None:
        config = Config()
        super().__init__(1, 1, [], None, 30, config, Logger(config))
        self.nr_conns = held
        self.accepted: list[Any] = []

    def enqueue_req(self, conn: Any) -> None:
        self.accepted.append(conn)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    slept: list[float] = []
    monkeypatch.setattr("webapp.web_worker.time.sleep", slept.append)
    return slept


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.mark.parametrize(("held", "pause"), [(0, 0.0), (6, 0.0012), (18, 0.0036), (50, 0.01), (900, 0.01)])
def test_who_holds_more_connections_waits_longer_before_the_next(
    held: int, pause: float, listener: socket.socket, pauses: list[float]
) -> None:
    worker = Noting(held)

    with socket.create_connection(listener.getsockname()):
        worker.accept(listener)
        for connection in worker.accepted:
            connection.close()

    assert pauses == [pytest.approx(pause)]
    assert (len(worker.accepted), worker.nr_conns) == (1, held + 1)


def test_a_connection_that_another_process_took_meanwhile_is_not_missed(
    listener: socket.socket, pauses: list[float]
) -> None:
    worker = Noting(3)

    worker.accept(listener)

    assert (worker.accepted, worker.nr_conns) == ([], 3)


VOTE = b"POST /api/v1/votes HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\n\r\n{}"


@pytest.mark.parametrize(
    ("sent", "rating"),
    [
        (VOTE, True),
        (VOTE.replace(b"Content-Length: 2", b"content-length:2 "), True),
        (VOTE.replace(b"votes", b"studies/old-birds/assignments"), True),
        (VOTE[:-1], False),
        (VOTE[:-4], False),
        (VOTE[:30], False),
        (VOTE.replace(b"Content-Length: 2\r\n", b""), False),
        (VOTE.replace(b"Host: here", b"Transfer-Encoding: chunked"), False),
        (VOTE.replace(b"POST", b"GET"), False),
        (VOTE.replace(b"votes", b"votes/7/retraction"), False),
        (VOTE.replace(b"votes", b"exams/7/assignments"), False),
        (b"", False),
    ],
)
def test_a_whole_vote_or_wish_for_a_region_is_told_from_all_else(sent: bytes, rating: bool) -> None:
    assert rates(sent) is rating


def test_a_glance_takes_nothing_away() -> None:
    ours, theirs = socket.socketpair()
    with closing(ours):
        with closing(theirs):
            nothing_yet = glance(ours)
            theirs.sendall(VOTE)
            seen, received = glance(ours), ours.recv(len(VOTE) + 1)
        nobody = glance(ours)
    closed = glance(ours)

    assert (nothing_yet, seen, received, nobody, closed) == (None, VOTE, VOTE, b"", b"")


def test_the_routes_with_a_short_way_are_those_of_the_rating_threads() -> None:
    posts = [f"/api/v1/{route}" for route, methods in api_routes().items() if "post" in methods]
    addresses = [path.replace("{id}", "7").replace("{slug}", "birds") for path in posts]

    rating = {path for path in addresses if rates(VOTE.replace(b"/api/v1/votes", path.encode()))}

    assert rating == {path for path in addresses if _route(path) is not None}
