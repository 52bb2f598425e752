"""The web server's worker at work, in a thread: one thread for everything but leases and votes."""

import os
import socket
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from selectors import DefaultSelector
from threading import Event, Thread, current_thread
from typing import Any

import pytest
from gunicorn.config import Config
from gunicorn.glogging import Logger

from webapp.rating_threads import RatingThreads
from webapp.web_worker import EvenWorker

PATIENCE = 30
VOTE = b"POST /api/v1/votes HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\n\r\n{}"
PAGE = b"GET /page HTTP/1.1\r\nHost: here\r\n\r\n"
SLOW = PAGE.replace(b"page", b"slow")


class Site:
    """Says which kind of thread answers. /slow begins, and ends when it may."""

    def __init__(self) -> None:
        self.begun, self.may_end = Event(), Event()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/slow":
            self.begun.set()
            self.may_end.wait(PATIENCE)
        body = current_thread().name.partition("_")[0].encode()
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [body]


@contextmanager
def at_work(site: Site) -> Iterator[tuple[EvenWorker, tuple[str, int]]]:
    """A worker and its address; it has ended after the block."""
    config = Config()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        worker = EvenWorker(1, os.getppid(), [listener], None, 30, config, Logger(config))
        worker.wsgi = site
        worker.poller = DefaultSelector()
        worker.method_queue.init()
        worker.tpool = ThreadPoolExecutor(1, thread_name_prefix="others")
        worker.raters = RatingThreads()
        address = listener.getsockname()
        thread = Thread(target=worker.run, name="worker")
        thread.start()
        try:
            yield worker, address
        finally:
            site.may_end.set()
            worker.handle_exit(0, None)
            thread.join(PATIENCE)
            worker.raters.shutdown()
            assert not thread.is_alive()


def asked(connection: socket.socket, request: bytes) -> str:
    """The body of the answer."""
    connection.sendall(request)
    return answered(connection)


def answered(connection: socket.socket) -> str:
    received = b""
    while b"\r\n\r\n" not in received or not received.partition(b"\r\n\r\n")[2]:
        block = connection.recv(4096)
        assert block, received
        received += block
    assert received.startswith(b"HTTP/1.1 200 ")
    return received.partition(b"\r\n\r\n")[2].decode()


def test_each_request_of_a_connection_finds_its_threads() -> None:
    with at_work(Site()) as (_, address), socket.create_connection(address, PATIENCE) as one:
        said = [asked(one, request) for request in (VOTE, PAGE, VOTE, VOTE[:-2] + b"{}", PAGE)]

    assert said == ["rating", "others", "rating", "rating", "others"]


def test_two_requests_at_once_are_both_answered() -> None:
    """The second is read with the first, so nothing more comes on the connection."""
    with at_work(Site()) as (_, address), socket.create_connection(address, PATIENCE) as one:
        one.sendall(PAGE + PAGE)
        received = b""
        while received.count(b"others") < 2:
            received += one.recv(4096)

    assert received.count(b"HTTP/1.1 200 OK") == 2


def test_slow_pages_and_silent_connections_hold_up_no_vote() -> None:
    site = Site()
    with at_work(site) as (_, address):
        silent = [socket.create_connection(address, PATIENCE) for _ in range(5)]
        with socket.create_connection(address, PATIENCE) as slow, socket.create_connection(address, PATIENCE) as half:
            slow.sendall(SLOW)
            assert site.begun.wait(PATIENCE)
            half.sendall(VOTE[:-1])
            with socket.create_connection(address, PATIENCE) as voter:
                vote = asked(voter, VOTE)
            site.may_end.set()
            late = answered(slow), asked(half, VOTE[-1:])
        by_and_by = asked(silent[3], VOTE)
        for one in silent:
            one.close()

    assert (vote, late, by_and_by) == ("rating", ("others", "others"), "rating")


def test_a_silent_connection_takes_no_thread() -> None:
    """gunicorn itself would have one wait for five seconds."""
    with at_work(Site()) as (worker, address):
        silent = [socket.create_connection(address, PATIENCE) for _ in range(3)]
        with socket.create_connection(address, PATIENCE) as one:
            said = asked(one, PAGE)
            waiting = len(worker.pending_conns)
        for each in silent:
            each.close()

    assert (said, waiting) == ("others", 3)


def test_who_is_told_to_stop_does_not_wait_for_the_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gunicorn.workers.gthread.STOP_KEEPALIVE_LINGER", 0.0)
    with at_work(Site()) as (worker, address):
        silent = socket.create_connection(address, PATIENCE)
        with socket.create_connection(address, PATIENCE) as one:
            asked(one, PAGE)
            worker.handle_exit(0, None)
            ends = silent.recv(1)
        silent.close()

    assert (ends, worker.nr_conns) == (b"", 0)
