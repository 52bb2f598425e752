import gzip
import io
import json
from pathlib import Path
from typing import IO

import pytest

from annotation.exchange.records import Counts
from annotation.exchange.snapshot_file import SnapshotDamagedError, SnapshotWriter, open_snapshot

EMPTY = [[0] * 6] * 6 + [[0] * 5] * 2
IMAGE = {
    "id": 1, "name": "ä.png", "sha256": "a" * 64, "file": "images/a.png", "media_type": "image/png", "byte_size": 9,
    "width": 64, "height": 48, "orientation": 1, "outside_mos": None, "split": "train",
}  # fmt: skip
REGION = {
    "id": 5, "rle": "code", "box": [1, 2, 3, 4], "area": 12, "level": "object", "source": "drawn", "status": "open",
    "live": 0, "exposed": 0, "rule": "gullery-1 severity=affected M=4", "histograms": EMPTY, "votes": [],
}  # fmt: skip


def write_one(path: Path) -> str:
    with SnapshotWriter(path) as writer:
        writer.header({"study": "gulls", "name": "Gulls", "rule": str(REGION["rule"]), "votes_wanted": 7})
        writer.image(IMAGE)
        writer.region(REGION)
        writer.counts(Counts(images=1, regions=1, open=1))
    return writer.sha256


def test_what_is_written_is_read(tmp_path: Path) -> None:
    sha256 = write_one(tmp_path / "one")

    with open_snapshot(tmp_path / "one", sha256) as reader:
        [region] = reader.regions()

    assert (reader.header.study, reader.header.votes_wanted, reader.header.sha256) == ("gulls", 7, sha256)
    assert (region.id, region.image.name, region.box, region.labels["blur"].present) == (5, "ä.png", (1, 2, 3, 4), None)
    assert reader.counts == Counts(images=1, regions=1, open=1)


def test_the_same_content_is_the_same_bytes_whenever_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = write_one(tmp_path / "one")
    monkeypatch.setattr("time.time", lambda: 1.0)

    assert write_one(tmp_path / "another name") == first
    assert (tmp_path / "one").read_bytes() == (tmp_path / "another name").read_bytes()


def test_lines_are_canonical_json(tmp_path: Path) -> None:
    write_one(tmp_path / "one")

    lines = gzip.decompress((tmp_path / "one").read_bytes()).decode().splitlines()

    assert [json.loads(line)["kind"] for line in lines] == ["header", "image", "region", "counts"]
    for line in lines:
        assert line == json.dumps(json.loads(line), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def damage_content(path: Path) -> None:
    content = gzip.decompress(path.read_bytes())
    path.write_bytes(gzip.compress(content.replace(b'"area":12', b'"area":13')))


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def scramble(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:30] + b"nonsense" * 9)


def replace(path: Path) -> None:
    path.write_bytes(b"not a snapshot")


@pytest.mark.parametrize("damage", [damage_content, cut_off, scramble, replace])
def test_a_damaged_file_is_refused(tmp_path: Path, damage: object) -> None:
    sha256 = write_one(tmp_path / "one")
    damage(tmp_path / "one")

    with pytest.raises(SnapshotDamagedError), open_snapshot(tmp_path / "one", sha256) as reader:
        list(reader.regions())


def test_whatever_byte_is_wrong_the_file_is_called_damaged(tmp_path: Path) -> None:
    """In the content, packed anew, so that nothing but the reading itself can find it."""
    sha256 = write_one(tmp_path / "one")
    content = gzip.decompress((tmp_path / "one").read_bytes())

    for place in range(len(content)):
        for bit in (0x01, 0x80):
            wrong = bytearray(content)
            wrong[place] ^= bit
            with pytest.raises(SnapshotDamagedError), open_snapshot(packed(bytes(wrong)), sha256) as reader:
                list(reader.regions())


def packed(content: bytes) -> IO[bytes]:
    return io.BytesIO(gzip.compress(content, compresslevel=1))


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(gzip.compress(b'{"kind":"header","format":"gullery-snapshot-9"}\n'))

    other = open_snapshot(tmp_path / "other", "0" * 64)

    with (
        pytest.raises(SnapshotDamagedError, match="gullery-snapshot-1, gullery-snapshot-2 or gullery-snapshot-3"),
        other,
    ):
        pass
