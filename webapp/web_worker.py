"""The web server's worker: gunicorn's with threads, but one that leaves new connections to a process with fewer."""

import socket
import time

from gunicorn.workers.gthread import ThreadWorker

_PAUSE_SECONDS = 0.0002  # for each connection held; more than it takes another process to wake up
_PAUSES_AT_MOST = 50


class EvenWorker(ThreadWorker):  # type: ignore[misc]
    """A kept-alive connection stays with the process that accepted it. Left to chance, 24 of them were seen to fall 18 to 6."""

    def accept(self, listener: socket.socket) -> None:
        """All processes are woken for a connection; when another one was faster, there is none left and nothing happens."""
        time.sleep(_PAUSE_SECONDS * min(self.nr_conns, _PAUSES_AT_MOST))
        super().accept(listener)
