"""One POST to a host whose numbers were looked at: straight to them, within seconds, following nothing."""

import socket
import ssl
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from threading import Event, Timer

from annotation.exchange.hooks.places import Place, PlaceError, found_at, place_of

SECONDS = 10.0
"""From the first connection to the end of the answer."""
READ = 4096
"""Bytes of an answer, at most."""
KEPT = 300
"""Characters of it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` is None when there was none; then `reason` says why."""

    status: int | None
    text: str = ""
    reason: str = ""

    @property
    def is_well(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def post(address: str, body: bytes, headers: Mapping[str, str], *, allowed: Sequence[str]) -> Answer:
    """Never raises for what the other side does, or for where it is."""
    try:
        place = place_of(address, allowed)
        return _sent(_Straight(place, found_at(place)), body, headers)
    except PlaceError as error:
        return Answer(None, reason=str(error)[:KEPT])


class _Straight(HTTPConnection):
    """Connects to the numbers that were looked at, whatever the name may mean by now. No proxy, no redirect.

    Each wait has a limit, and so has the sum of all: whoever answers a byte a second is hung up on.
    """

    def __init__(self, place: Place, numbers: Sequence[str]) -> None:
        super().__init__(place.host, place.port, timeout=SECONDS)
        self.default_port = 443 if place.secure else 80
        self.place, self.numbers = place, numbers
        self.late = Event()
        self._line: socket.socket | None = None

    def connect(self) -> None:
        self.sock = self._line = self._reach()
        if self.place.secure:
            context = ssl.create_default_context()
            wrapped = context.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock = self._line = wrapped
        if self.late.is_set():  # before there was a line to hang up
            raise TimeoutError
        self.sock.settimeout(SECONDS)
        if isinstance(self.sock, ssl.SSLSocket):
            self.sock.do_handshake()

    def hang_up(self) -> None:
        """From another thread: whoever waits for the other side wakes up."""
        self.late.set()
        if self._line is not None:
            with suppress(OSError):
                socket.socket.shutdown(self._line, socket.SHUT_RDWR)

    def _reach(self) -> socket.socket:
        """The first number that answers."""
        patience = SECONDS / len(self.numbers)
        for number in self.numbers[:-1]:
            with suppress(OSError):
                return socket.create_connection((number, self.port), timeout=patience)
        return socket.create_connection((self.numbers[-1], self.port), timeout=patience)


def _sent(line: _Straight, body: bytes, headers: Mapping[str, str]) -> Answer:
    watch = Timer(SECONDS, line.hang_up)
    watch.daemon = True
    watch.start()
    try:
        with closing(line):
            line.request("POST", line.place.path, body=body, headers=dict(headers))
            said = line.getresponse()
            if line.late.is_set():  # hung up among the headers, which looks like their end
                raise TimeoutError
            return Answer(said.status, text=_beginning(said))
    except (OSError, HTTPException) as error:
        return Answer(None, reason=_why(error, line.late.is_set())[:KEPT])
    finally:
        watch.cancel()


def _beginning(said: HTTPResponse) -> str:
    """What was said matters less than that it was answered."""
    with said, suppress(OSError, HTTPException):
        return said.read(READ).decode("utf-8", "replace").replace("\0", "")[:KEPT]
    return ""


def _why(error: Exception, late: bool) -> str:
    if late or isinstance(error, TimeoutError):
        return f"There was no answer within {SECONDS:.0f} seconds."
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The certificate is not good: {error.verify_message}."
    if isinstance(error, OSError):
        return f"The connection failed: {error.strerror or error}."
    return f"The answer was not HTTP ({type(error).__name__})."
