"""A small client of the REST API: what the simulated annotators and the benchmark speak through."""

import json
import socket
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

PATIENCE_SECONDS = 60


class ApiError(RuntimeError):
    """The server said no, or something that is not its language."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(f"HTTP {status}: {body[:300]}")
        self.status = status


class ApiClient:
    """One kept-alive connection with one token. Not for several threads at once."""

    def __init__(self, address: str, token: str) -> None:
        parts = urlsplit(address)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._connection: HTTPConnection | None = None

    def next_assignment(self, study: str, holding: list[int] | None = None) -> dict[str, Any]:
        return self.ask("POST", f"/api/v1/studies/{study}/assignments", {"holding": holding or []})

    def cast_vote(self, lease: str, key: str, opinion: dict[str, int], facts: dict[str, Any]) -> dict[str, Any]:
        body = {"lease": lease, "idempotency_key": key, "opinion": opinion, "facts": facts}
        return self.ask("POST", "/api/v1/votes", body)

    def ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """The answer's JSON. Raises ApiError for a refusal, OSError when the server is away."""
        status, text = self._exchange(method, path, None if body is None else json.dumps(body).encode())
        if status >= 400:
            raise ApiError(status, text.decode(errors="replace"))
        return dict(json.loads(text)) if text else {}

    def fetch(self, path: str) -> bytes:
        """A file's bytes."""
        status, content = self._exchange("GET", path, None)
        if status >= 400:
            raise ApiError(status, content.decode(errors="replace"))
        return content

    def _exchange(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        """One request; a kept-alive connection that the server closed meanwhile is opened again once."""
        for attempt in (1, 2):
            connection = self._connection or self._open()
            try:
                connection.request(method, path, body, self._headers)
                answer = connection.getresponse()
                return answer.status, answer.read()
            except (HTTPException, OSError) as error:
                self.close()
                if attempt == 2:
                    raise OSError(f"{self._host}:{self._port} does not answer: {error}") from error
        raise AssertionError("unreachable")

    def _open(self) -> HTTPConnection:
        connection = HTTPConnection(self._host, self._port, timeout=PATIENCE_SECONDS)
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connection = connection
        return connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
