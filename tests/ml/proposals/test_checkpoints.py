import hashlib
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ml.proposals.checkpoints import KNOWN, Checkpoint, CheckpointError, fetch, fetch_known, sha256_of
from tests.ml.pictures import everything_under

CONTENT = bytes(range(256)) * 20_000
WANTED = Checkpoint("tiny.pth", hashlib.sha256(CONTENT).hexdigest())
PART = f"tiny.pth.{WANTED.sha256[:12]}.part"


class Server(ThreadingHTTPServer):
    """A file server whose behaviour the tests change, and that remembers what it was asked."""

    ranges = True
    stops_after: int | None = None

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str | None]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/weights"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.server.asked.append((self.path, wanted))
        if self.path != "/weights/tiny.pth":
            self.send_error(404)
            return
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and self.server.ranges else 0
        if start >= len(CONTENT):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(CONTENT) - start))
        self.end_headers()
        body = CONTENT[start:]
        self.wfile.write(body if self.server.stops_after is None else body[: self.server.stops_after])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_download_is_checked_and_its_hash_written_beside_it(server: Server, tmp_path: Path) -> None:
    path = fetch(WANTED, tmp_path / "weights", server.url)
    assert path == tmp_path / "weights" / "tiny.pth"
    assert path.read_bytes() == CONTENT
    assert (tmp_path / "weights" / "tiny.pth.sha256").read_text() == f"{WANTED.sha256}  tiny.pth\n"
    assert everything_under(tmp_path) == ["weights", "weights/tiny.pth", "weights/tiny.pth.sha256"]


def test_what_is_there_already_is_not_downloaded_again(server: Server, tmp_path: Path) -> None:
    fetch(WANTED, tmp_path, server.url)
    fetch(WANTED, tmp_path, server.url)
    assert server.asked == [("/weights/tiny.pth", None)]


def test_a_download_that_stopped_goes_on_where_it_was(server: Server, tmp_path: Path) -> None:
    server.stops_after = 1_000_000
    with pytest.raises(CheckpointError, match="run the same command again"):
        fetch(WANTED, tmp_path, server.url)
    assert everything_under(tmp_path) == [PART]
    have = (tmp_path / PART).stat().st_size
    server.stops_after = None
    assert fetch(WANTED, tmp_path, server.url).read_bytes() == CONTENT
    assert have > 0
    assert server.asked == [("/weights/tiny.pth", None), ("/weights/tiny.pth", f"bytes={have}-")]


def test_a_server_that_cannot_continue_starts_over(server: Server, tmp_path: Path) -> None:
    (tmp_path / PART).write_bytes(b"old")
    server.ranges = False
    assert fetch(WANTED, tmp_path, server.url).read_bytes() == CONTENT


def test_a_download_that_was_complete_but_not_renamed_is_only_checked(server: Server, tmp_path: Path) -> None:
    (tmp_path / PART).write_bytes(CONTENT)
    assert fetch(WANTED, tmp_path, server.url).read_bytes() == CONTENT


def test_what_is_left_of_another_version_of_the_file_is_not_continued(server: Server, tmp_path: Path) -> None:
    other = Checkpoint("tiny.pth", "0" * 64)
    server.stops_after = 1_000_000
    with pytest.raises(CheckpointError, match="run the same command again"):
        fetch(other, tmp_path, server.url)
    server.stops_after = None

    assert fetch(WANTED, tmp_path, server.url).read_bytes() == CONTENT
    assert server.asked == [("/weights/tiny.pth", None)] * 2


def test_a_wrong_file_is_refused_and_leaves_nothing(server: Server, tmp_path: Path) -> None:
    other = Checkpoint("tiny.pth", "0" * 64)
    message = f"SHA-256 is {WANTED.sha256}, it should be {'0' * 64}; it was deleted; run the same command again$"
    with pytest.raises(CheckpointError, match=message):
        fetch(other, tmp_path, server.url)
    assert everything_under(tmp_path) == []


def test_a_wrong_file_in_place_is_named_and_left_to_its_owner(server: Server, tmp_path: Path) -> None:
    (tmp_path / "tiny.pth").write_bytes(b"mine")
    with pytest.raises(CheckpointError, match="delete it and fetch again"):
        fetch(WANTED, tmp_path, server.url)
    assert (tmp_path / "tiny.pth").read_bytes() == b"mine"


def test_an_address_without_the_file_says_so(server: Server, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="404"):
        fetch(Checkpoint("other.pth", WANTED.sha256), tmp_path, server.url)
    assert everything_under(tmp_path) == []


def test_no_server_at_all_says_so(server: Server, tmp_path: Path) -> None:
    server.shutdown()
    server.server_close()
    with pytest.raises(CheckpointError, match="cannot be read"):
        fetch(WANTED, tmp_path, server.url)


def test_an_unknown_name_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="there are vit_b, vit_l, vit_h"):
        fetch_known("vit_x", tmp_path)


def test_every_known_checkpoint_has_a_whole_hash() -> None:
    assert [bool(re.fullmatch(r"[0-9a-f]{64}", known.sha256)) for known in KNOWN.values()] == [True] * 3


def test_sha256_of_is_that_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(CONTENT)
    assert sha256_of(tmp_path / "file") == WANTED.sha256
