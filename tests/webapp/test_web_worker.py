import socket
from collections.abc import Iterator
from typing import Any

import pytest
from gunicorn.config import Config
from gunicorn.glogging import Logger

from webapp.web_worker import EvenWorker


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
