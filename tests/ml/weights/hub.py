"""A small model hub: Range, redirects, and hashes in its headers as the public one has them."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def git_blob(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


class Hub(ThreadingHTTPServer):
    """`large` files are redirected to a storage address that does not know hashes; the others are kept by git."""

    def __init__(self, files: dict[str, bytes], large: set[str]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.large = files, large
        self.asked: list[tuple[str, str, str | None]] = []
        self.said: dict[str, str] = {}
        """File name to what its ETag says instead of the truth."""
        self.stops_after: int | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/resolve/main/"

    def downloads(self, name: str) -> list[str | None]:
        """The Range header of each request for a file's content."""
        place = "storage" if name in self.large else "resolve/main"
        return [wanted for method, path, wanted in self.asked if (method, path) == ("GET", f"/{place}/{name}")]

    def tag(self, name: str) -> str:
        content = self.files[name]
        truth = sha256(content) if name in self.large else git_blob(content)
        return self.said.get(name, f'"{truth}"')


class Handler(BaseHTTPRequestHandler):
    server: Hub

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        place, _, name = self.path.removeprefix("/").rpartition("/")
        self.server.asked.append((self.command, self.path, self.headers.get("Range")))
        if name not in self.server.files or place not in ("resolve/main", "cache", "storage"):
            self.send_error(404)
        elif place == "resolve/main" and name in self.server.large:
            self.send_response(302)
            self.send_header("Location", f"/storage/{name}")
            self.send_header("X-Linked-Etag", self.server.tag(name))
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif place == "resolve/main" and name == "config.json":  # as the public hub has done since 2025
            self.send_response(307)
            self.send_header("Location", f"/cache/{name}")
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self._send(name, None if place == "storage" else self.server.tag(name))

    def _send(self, name: str, tag: str | None) -> None:
        content, wanted = self.server.files[name], self.headers.get("Range")
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
        if start >= len(content):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(content) - start))
        if tag:
            self.send_header("ETag", tag)
        self.end_headers()
        if self.command == "GET":
            body = content[start:]
            self.wfile.write(body if self.server.stops_after is None else body[: self.server.stops_after])

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(files: dict[str, bytes], large: set[str]) -> Iterator[Hub]:
    hub = Hub(files, large)
    thread = threading.Thread(target=hub.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield hub
    finally:
        hub.shutdown()
        hub.server_close()
        thread.join()
