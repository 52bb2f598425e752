"""The web server's worker: gunicorn's with threads, but one that leaves new connections to a process with fewer, that waits
for a request without a thread, and that has threads of their own for leases and votes."""

import re
import socket
import time
from functools import partial
from selectors import EVENT_READ

from gunicorn.workers.gthread import TConn, ThreadWorker

from webapp.rating_threads import RatingThreads

_PAUSE_SECONDS = 0.0002  # for each connection held; more than it takes another process to wake up
_PAUSES_AT_MOST = 50
_GLANCE_BYTES = 16_384
_RATES = re.compile(rb"POST /api/v1/(?:votes|studies/[^/? ]+/assignments) HTTP/1\.1\r\n")
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,9})[ \t]*\r\n", re.IGNORECASE)


class EvenWorker(ThreadWorker):  # type: ignore[misc]
    """A kept-alive connection stays with the process that accepted it. Left to chance, 24 of them were seen to fall 18 to 6."""

    def init_process(self) -> None:
        self.raters = RatingThreads()
        super().init_process()

    def accept(self, listener: socket.socket) -> None:
        """All processes are woken for a connection; when another one was faster, there is none left and nothing happens."""
        time.sleep(_PAUSE_SECONDS * min(self.nr_conns, _PAUSES_AT_MOST))
        super().accept(listener)

    def enqueue_req(self, conn: TConn) -> None:
        seen = None if conn.initialized and conn.parser.unreader.buf.getvalue() else glance(conn.sock)
        if seen is None and not conn.initialized:
            self._await(conn)
            return
        threads = self.raters if rates(seen or b"") else self.tpool
        threads.submit(self.handle, conn).add_done_callback(
            lambda done: self.method_queue.defer(self.finish_request, conn, done)
        )

    def notify(self) -> None:
        """Called at least once a second."""
        super().notify()
        self.raters.hurry()

    def _await(self, conn: TConn) -> None:
        """Browsers open connections ahead of need: gunicorn has a thread wait for each of them, for five seconds."""
        conn.sock.setblocking(False)
        conn.set_timeout()
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def _cap_keepalive(self, deadline: float) -> None:
        """Who stops waits no longer for those who have never asked anything, either."""
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)


def glance(connection: socket.socket) -> bytes | None:
    """The beginning of what has come, which stays where it is; nothing at all once the other side has gone, None until then."""
    try:
        return connection.recv(_GLANCE_BYTES, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return None
    except OSError:
        return b""


def rates(seen: bytes) -> bool:
    """Whether it is a whole vote, or a whole wish for a region: a thread that takes it never waits for its sender."""
    if not _RATES.match(seen):
        return False
    head, _, body = seen.partition(b"\r\n\r\n")
    length = _LENGTH.search(head + b"\r\n")
    return length is not None and len(body) >= int(length[1]) and not _CHUNKED.search(head)
