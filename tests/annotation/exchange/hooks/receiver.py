"""A real receiver on this machine: it keeps what it was sent, and answers as it is told."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Got:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """`answers` are given one after the other, the last one again and again: a status, or raw bytes."""

    port: int = 0
    scheme: str = "http"
    answers: list[int | bytes] = field(default_factory=lambda: [204])
    got: list[Got] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)

    def address(self, host: str = HOST, path: str = "/hook") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    def next_answer(self) -> int | bytes:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def receiving(certificate: Path | None = None) -> Iterator[Receiver]:
    """Until the end of the block; with a certificate over TLS. It answers as long as `gate` is set, as it is at first."""
    receiver = Receiver(scheme="https" if certificate else "http")
    receiver.gate.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append(Got(self.path, dict(self.headers), body))
            receiver.gate.wait(60)
            answer = receiver.next_answer()
            if isinstance(answer, bytes):
                with suppress(OSError):
                    self.wfile.write(answer)
                return
            self.send_response(answer)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quietly."""

    with ThreadingHTTPServer((HOST, 0), Handler) as server:
        server.daemon_threads = True
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        receiver.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield receiver
        finally:
            receiver.gate.set()
            server.shutdown()
            thread.join()
