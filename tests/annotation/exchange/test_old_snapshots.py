"""A snapshot from before votes told of their seats: it is read, and written out as it always was."""

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from annotation.enums import ExportFormat
from annotation.exchange.formats import write_formats
from annotation.exchange.meter import Meter
from annotation.exchange.snapshot_file import open_snapshot
from tests.annotation.exchange.test_snapshot_file import IMAGE, REGION

VOTE = {
    "id": 8, "annotator": "calm-heron", "levels": [5, 3, 1, 5, 5, 5, 2, 4], "created_at": "2026-05-01T10:00:00.000000Z",
    "duration_ms": 5000, "device_pixel_ratio": 2.0, "viewport_width": 1280, "viewport_height": 720, "screen_width": 1440,
    "screen_height": 900, "outline_hidden_ms": None, "client": "web 1", "prelabel_seen": "nothing", "late": False,
    "surplus": False, "retracted_at": None,
}  # fmt: skip
HISTOGRAMS = [[int(level == said) for level in range(6)] for said in VOTE["levels"][:6]] + [
    [int(level == said) for level in range(5)]
    for said in VOTE["levels"][6:]  # type: ignore[index]
]
LINES: list[dict[str, Any]] = [
    {
        "kind": "header", "format": "gullery-snapshot-1", "study": "gulls", "name": "Gulls", "votes_wanted": 1,
        "rule": REGION["rule"],
        "scales": ["exposure", "noise", "blur", "contrast", "colorfulness", "compression", "quality", "importance"],
    },
    {"kind": "image", **IMAGE},
    {"kind": "region", **REGION, "status": "settled", "live": 1, "histograms": HISTOGRAMS, "votes": [VOTE]},
    {"kind": "counts", "images": 1, "regions": 1, "settled": 1, "disputed": 0, "open": 0, "votes": 1, "live": 1,
     "surplus": 0, "retracted": 0},
]  # fmt: skip
SHA256 = "c87d849be794f268c89aaf178647f76a251b80ed74fcbc645cf1f49bfaac7f04"
"""Of these lines."""
WRITTEN = {
    "csv": "32f1daab9a15394ca90d5e4c28b483185c9687b1193cd939f3b03a541c6e97f2",
    "seagull": "725450b279994d6cc471610e4fd9ca934b7a88f82bd9f9a45ecb17264233ba2e",
    "coco": "f026aaed59f6106add43778a925f2647c4a26e181555d315a983459189f1904d",
}
"""What the first format's own program made of them: the hash of its text files, but for the card that explains them."""


def old_snapshot(path: Path) -> Path:
    lines = [json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n" for line in LINES]
    path.write_bytes(gzip.compress("".join(lines).encode(), mtime=0))
    return path


def written(snapshot: Path, name: str, folder: Path) -> str:
    with open_snapshot(snapshot, SHA256) as reader:
        write_formats(reader, {name: folder}, Meter(None, 0))
    found = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "README.md"):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()


def test_it_is_read_and_says_nothing_of_seats(tmp_path: Path) -> None:
    with open_snapshot(old_snapshot(tmp_path / "old"), SHA256) as reader:
        [region] = reader.regions()

    [vote] = region.votes
    assert (reader.header.format, vote.annotator, vote.reason, vote.probability) == (
        "gullery-snapshot-1", "calm-heron", None, None,
    )  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN)
def test_its_exports_are_the_bytes_that_they_were(name: str, tmp_path: Path) -> None:
    assert written(old_snapshot(tmp_path / "old"), name, tmp_path / "out") == WRITTEN[name]


@pytest.mark.parametrize("name", [ExportFormat.PARQUET, ExportFormat.HF])
def test_its_tables_have_the_columns_that_they_had(name: str, tmp_path: Path) -> None:
    import pyarrow.parquet

    written(old_snapshot(tmp_path / "old"), name, tmp_path / "out")

    names = [pyarrow.parquet.read_schema(path).names for path in (tmp_path / "out").rglob("*.parquet")]
    assert [found[-2:] for found in names if "annotator" in found] == [["retracted", "retracted_at"]]
