import json
from hashlib import sha256
from pathlib import Path

import pytest

from ml.images import ImageError
from ml.records import read_records
from ml.synthesis.build import build, main
from ml.synthesis.order import _pool
from ml.synthesis.originals import PhotographError
from ml.synthesis.shards import missing, start
from tests.ml.synthesis.small_build import photographs, small_order


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return photographs(tmp_path / "photos")


def halved(file: Path) -> bytes:
    """The header, and so the size, is intact."""
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    return whole


def test_all_broken_photographs_are_named_before_anything_is_built(tmp_path: Path, photos: Path) -> None:
    halved(photos / "b.png")
    (photos / "x.nef").write_bytes(b"no photograph")

    with pytest.raises(PhotographError) as raised:
        build(tmp_path / "out", small_order(photos))

    head, first, second, advice = str(raised.value).splitlines()
    assert head == "2 of 6 photographs cannot be read:"
    assert first.startswith(f"  {photos / 'b.png'}: the image is damaged or incomplete: ")
    assert second.startswith(f"  {photos / 'x.nef'}: ")
    assert advice == ("Nothing has been built: replace them or take them out of the folder, and start again.")
    assert not (tmp_path / "out").exists()


def test_without_the_broken_ones_it_is_built(tmp_path: Path, photos: Path) -> None:
    halved(photos / "b.png")
    with pytest.raises(SystemExit, match=r"^error: 1 of 5 photographs cannot be read:"):
        main([str(tmp_path / "out"), "--images", "2", "--photos", str(photos)])
    (photos / "b.png").unlink()
    _pool.cache_clear()  # another process

    build(tmp_path / "out", small_order(photos))

    assert {record.source for record in read_records(tmp_path / "out")} <= {"a", "c", "d", "e"}


def test_another_photograph_under_the_same_name_is_noticed(tmp_path: Path, photos: Path) -> None:
    order, out = small_order(photos), tmp_path / "out"
    build(out, order, part=(0, 3))
    before = (photos / "c.png").read_bytes()
    (photos / "c.png").write_bytes((photos / "a.png").read_bytes())

    with pytest.raises(PhotographError) as raised:
        build(out, order)

    assert str(raised.value).splitlines() == [
        "1 of 5 photographs are not what the build was begun with:",
        f"  {photos / 'c.png'}",
        "The build was begun with them: put the same files back, or build into another folder.",
    ]
    assert missing(out, order) == [1, 2]
    (photos / "c.png").write_bytes(before)
    build(out, order)
    assert missing(out, order) == []


def test_a_photograph_that_broke_since_is_named_too(tmp_path: Path, photos: Path) -> None:
    order, out = small_order(photos), tmp_path / "out"
    start(out, order)
    halved(photos / "c.png")

    with pytest.raises(PhotographError, match=r"1 of 5 photographs cannot be read:(?s:.*)put the same files back"):
        start(out, order)


def test_a_build_begun_before_hashes_were_kept_goes_on(tmp_path: Path, photos: Path) -> None:
    order, out = small_order(photos), tmp_path / "out"
    build(out, order, part=(0, 3))
    (out / "photographs.json").unlink()

    build(out, order)

    assert missing(out, order) == []
    kept = json.loads((out / "photographs.json").read_text())
    assert kept == [[name, sha256((photos / f"{name}.png").read_bytes()).hexdigest()] for name in "abcde"]


def test_what_was_read_once_is_not_read_again(tmp_path: Path, photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable(data: bytes) -> None:
        raise ImageError("this takes long")

    order, out = small_order(photos), tmp_path / "out"
    start(out, order)
    monkeypatch.setattr("ml.synthesis.originals.decode", unreadable)

    start(out, order)
    with pytest.raises(PhotographError, match="5 of 5 photographs cannot be read"):
        start(tmp_path / "another", order)
