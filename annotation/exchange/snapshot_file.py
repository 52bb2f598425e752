"""The snapshot's own format: canonical JSON lines, gzipped without a date, so that the same content is the same bytes.

Line 1 is the header, then each image is followed by its regions, and the last line counts what there was.
"""

import gzip
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from annotation.exchange.records import FORMAT_VERSION, Counts, Header, ImageFacts, RegionFacts, VoteFacts, labels_of
from annotation.opinion import SCALES

COMPRESSION = 6
Line = dict[str, Any]
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


class SnapshotWriter:
    """Writes lines and hashes them as they pass. Use as a context manager; `sha256` is final after it."""

    def __init__(self, path: Path) -> None:
        self._raw = path.open("wb")
        self._packed = gzip.GzipFile(filename="", mode="wb", fileobj=self._raw, compresslevel=COMPRESSION, mtime=0)
        self._hash = hashlib.sha256()

    def write(self, kind: str, line: Line) -> None:
        data = _encode({"kind": kind, **line}).encode() + b"\n"
        self._hash.update(data)
        self._packed.write(data)

    def write_header(self, *, study: str, name: str, rule: str, votes_wanted: int) -> None:
        facts = {"study": study, "name": name, "rule": rule, "votes_wanted": votes_wanted}
        self.write("header", {"format": FORMAT_VERSION, "scales": SCALES, **facts})

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._packed.close()
        self._raw.close()


class SnapshotReader:
    """A snapshot read from the start, a region at a time. Raises ValueError when it is not a whole one."""

    def __init__(self, lines: Iterator[bytes], sha256: str) -> None:
        self._lines = lines
        first = json.loads(next(lines, b"{}"))
        if first.get("kind") != "header" or first.get("format") != FORMAT_VERSION:
            raise ValueError(f"This is not a snapshot of format {FORMAT_VERSION}.")
        self.header = Header(first["study"], first["name"], first["rule"], first["votes_wanted"], sha256)
        self.counts: Counts | None = None
        """Known after the last region."""

    def regions(self) -> Iterator[RegionFacts]:
        image: ImageFacts | None = None
        for text in self._lines:
            line = json.loads(text)
            kind = line.pop("kind")
            if kind == "image":
                image = ImageFacts(**line)
            elif kind == "region" and image is not None:
                yield _region(line, image)
            else:
                self.counts = Counts(**line)
        if self.counts is None:
            raise ValueError("The snapshot has no last line; it was cut off.")


def _region(line: Line, image: ImageFacts) -> RegionFacts:
    histograms, votes = line.pop("histograms"), line.pop("votes")
    return RegionFacts(
        **(line | {"box": tuple(line["box"])}),
        image=image,
        labels=labels_of(histograms, line["rule"]),
        votes=tuple(VoteFacts(**(vote | {"levels": tuple(vote["levels"])})) for vote in votes),
    )


@contextmanager
def open_snapshot(path: Path, sha256: str) -> Iterator[SnapshotReader]:
    with gzip.open(path, "rb") as lines:
        yield SnapshotReader(iter(lines), sha256)


def hash_of(path: Path) -> str:
    """The SHA-256 of a snapshot file's uncompressed content."""
    with gzip.open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # it reads, that is enough


def counts_line(counts: Counts) -> Line:
    return asdict(counts)


VOTE_KEYS: tuple[str, ...] = tuple(field.name for field in fields(VoteFacts))
