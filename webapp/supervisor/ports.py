"""The web server's listening socket, opened here and handed down: it stays open while a dead web server restarts."""

import errno
import socket

from webapp.supervisor.events import PlatformError

DEFAULT_PORT = 8000
_TRIES = 100


def listen(host: str, port: int | None) -> socket.socket:
    """A socket on the asked port, or on the first free one from 8000 up when none was asked for.

    Raises PlatformError when the asked port is taken or the host is not this machine's.
    """
    if port is not None:
        return _listen_on(host, port)
    for candidate in range(DEFAULT_PORT, DEFAULT_PORT + _TRIES):
        try:
            return _listen_on(host, candidate)
        except PortTakenError:
            continue
    raise PlatformError(f"every port from {DEFAULT_PORT} to {DEFAULT_PORT + _TRIES - 1} is taken on {host}.")


class PortTakenError(PlatformError):
    pass


def _listen_on(host: str, port: int) -> socket.socket:
    if not 0 < port < 65_536:
        raise PlatformError(f"cannot listen on {host} port {port}: a port is a number from 1 to 65535")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTakenError(f"port {port} on {host} is taken; choose another with --port.") from error
        raise PlatformError(f"cannot listen on {host} port {port}: {error}") from error
    return listener


def address_of(listener: socket.socket) -> str:
    """Where a browser on this machine finds it."""
    host, port = listener.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:  # noqa: S104  recognised, not bound
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
