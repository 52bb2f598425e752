"""The snapshot's own format: canonical JSON lines, gzipped without a date, so that the same content is the same bytes.

Line 1 is the header, then each image is followed by its regions, and the last line counts what there was.
"""

import gzip
import hashlib
import io
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from annotation.exchange.records import (
    FORMAT_VERSION,
    NOISELESS_FORMAT,
    SEATLESS_FORMAT,
    AdjudicationFacts,
    Counts,
    ExclusionFacts,
    Header,
    ImageFacts,
    PersonFacts,
    RegionFacts,
    RequestFacts,
    VoteFacts,
    labels_of,
)
from annotation.opinion import SCALES

READABLE = (SEATLESS_FORMAT, NOISELESS_FORMAT, FORMAT_VERSION)
COMPRESSION = 6
PIECE = 1 << 16
IMAGE_KEYS: tuple[str, ...] = tuple(field.name for field in fields(ImageFacts))
VOTE_KEYS: tuple[str, ...] = tuple(field.name for field in fields(VoteFacts))

Line = dict[str, Any]
_MISREAD = (ValueError, KeyError, TypeError, AttributeError, IndexError)
"""What comes of a line that is not what was written."""
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


class SnapshotDamagedError(ValueError):
    """The file is not what its hash says, or not a snapshot at all."""


class SnapshotWriter:
    """Writes lines and hashes them as they pass. A context manager; `sha256` is final after it."""

    def __init__(self, path: Path) -> None:
        self._raw = path.open("wb")
        packed = gzip.GzipFile(filename="", mode="wb", fileobj=self._raw, compresslevel=COMPRESSION, mtime=0)
        self._packed = io.BufferedWriter(packed, PIECE)
        self._hash = hashlib.sha256()

    def header(self, line: Line) -> None:
        """What is known of the whole study: the fields of a Header that are part of a snapshot."""
        self._write("header", {"format": FORMAT_VERSION, "scales": SCALES, **line})

    def image(self, line: Line) -> None:
        self._write("image", line)

    def region(self, line: Line) -> None:
        """A region of the image written last."""
        self._write("region", line)

    def counts(self, counts: Counts) -> None:
        self._write("counts", asdict(counts))

    def _write(self, kind: str, line: Line) -> None:
        data = _encode({"kind": kind, **line}).encode() + b"\n"
        self._hash.update(data)
        self._packed.write(data)

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._packed.close()
        self._raw.close()


class SnapshotReader:
    """A snapshot read once from the start, a region at a time; `counts` is known after the last."""

    def __init__(self, lines: Iterator[bytes], sha256: str) -> None:
        self._lines, self._hash = lines, hashlib.sha256()
        first = next(lines, b"{}")
        try:
            self.header = _header(self._line(first), sha256)
        except _MISREAD as error:
            raise _unreadable(error) from error
        self.counts = Counts()

    def regions(self) -> Iterator[RegionFacts]:
        """Raises SnapshotDamagedError, at the latest at the end when the content has another hash than it should."""
        image: ImageFacts | None = None
        for text in self._lines:
            try:
                made = _made(self._line(text), image, self.header.noise)
            except _MISREAD as error:
                raise _unreadable(error) from error
            if isinstance(made, RegionFacts):
                yield made
            elif isinstance(made, ImageFacts):
                image = made
            else:
                self.counts = made
        if self._hash.hexdigest() != self.header.sha256:
            raise SnapshotDamagedError(
                f"The snapshot's file has the hash {self._hash.hexdigest()}, not {self.header.sha256}."
            )

    def _line(self, text: bytes) -> Line:
        self._hash.update(text)
        line: Line = json.loads(text)
        return line


def _header(line: Line, sha256: str) -> Header:
    if line.get("format") not in READABLE:
        raise SnapshotDamagedError(f"This is not a snapshot of format {', '.join(READABLE[:-1])} or {READABLE[-1]}.")
    facts = {name: line[name] for name in ("study", "name", "rule", "votes_wanted", "format")}
    people = tuple(_person(person) for person in line.get("people", ()))
    requests = tuple(RequestFacts(**one) for one in line.get("requests", ()))
    known = {"codebook": line.get("codebook"), "protocol": line.get("protocol"), "noise": line.get("noise", {})}
    return Header(**facts, **known, sha256=sha256, people=people, requests=requests)


def _made(line: Line, image: ImageFacts | None, noise: Mapping[str, float]) -> ImageFacts | RegionFacts | Counts:
    kind = line.pop("kind")
    if kind == "image":
        return ImageFacts(**line)
    return _region(line, image, noise) if kind == "region" and image is not None else Counts(**line)


def _unreadable(error: Exception) -> SnapshotDamagedError:
    if isinstance(error, SnapshotDamagedError):
        return error
    return SnapshotDamagedError(f"The snapshot's file cannot be read: {error}.")


def _region(line: Line, image: ImageFacts, noise: Mapping[str, float]) -> RegionFacts:
    histograms, votes = line.pop("histograms"), line.pop("votes")
    line["box"] = tuple(line["box"])
    decided, gold = line.pop("adjudication", None), line.pop("gold", None)
    adjudication = AdjudicationFacts(**decided) if decided else None
    return RegionFacts(
        **line,
        image=image,
        labels=labels_of(histograms, line["rule"], adjudication, noise),
        votes=tuple(_vote(vote) for vote in votes),
        adjudication=adjudication,
        gold=tuple(gold) if gold else None,
    )


def _person(line: Line) -> PersonFacts:
    exclusions = tuple(ExclusionFacts(**one) for one in line.pop("exclusions"))
    return PersonFacts(**line, exclusions=exclusions)


def _vote(line: Line) -> VoteFacts:
    line["levels"] = tuple(line["levels"])
    return VoteFacts(**line)


@contextmanager
def open_snapshot(
    source: Path | IO[bytes], sha256: str, reader: Callable[[Iterator[bytes], str], SnapshotReader] = SnapshotReader
) -> Iterator[SnapshotReader]:
    """Raises SnapshotDamagedError when the file cannot be unpacked or has another hash."""
    with gzip.open(source, "rb") as lines:
        try:
            yield reader(iter(lines), sha256)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise SnapshotDamagedError(f"The snapshot's file cannot be read: {error}.") from error
