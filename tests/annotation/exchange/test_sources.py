import io
import os
import warnings
import zipfile
from pathlib import Path

import pytest

from annotation.exchange import sources
from annotation.exchange.photographs import UnfitError
from annotation.exchange.sources import (
    SourceError,
    folder_entries,
    listed_entries,
    open_zip,
    readable_name,
    zip_entries,
)


def zip_of(**files: bytes) -> zipfile.ZipFile:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return zipfile.ZipFile(out)


def test_a_folder_gives_its_files_by_name_without_hidden_ones(tmp_path: Path) -> None:
    for name in ("b [1].jpg", "a (2).jpg", ".hidden", "sub/ü.png", "__MACOSX/x.jpg", ".git/config"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(name.encode())

    entries = folder_entries(tmp_path)

    assert [entry.path for entry in entries] == ["a (2).jpg", "b [1].jpg", "sub/ü.png"]
    assert entries[0].read() == b"a (2).jpg"


def test_a_name_that_is_no_text_is_spelt_out(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.png")).write_bytes(b"x")

    assert [(entry.path, entry.read()) for entry in folder_entries(tmp_path)] == [("caf\\xe9.png", b"x")]


def test_names_that_climb_out_of_a_zip_are_only_labels() -> None:
    archive = zip_of(**{"../../etc/passwd": b"root", "/abs.png": b"abs", "a/b.png": b"ok", "__MACOSX/._b.png": b"junk"})

    assert {entry.path: entry.read() for entry in zip_entries(archive)} == {"/abs.png": b"abs", "a/b.png": b"ok"}


def test_two_files_of_one_name_in_a_zip_are_both_there() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, warnings.catch_warnings(action="ignore"):
        for data in (b"one", b"two", b"three"):
            archive.writestr("in/a.png", data)

    found = zip_entries(zipfile.ZipFile(out))

    assert [(entry.path, entry.read()) for entry in found] == [
        ("in/a.png", b"one"),
        ("in/a (2).png", b"two"),
        ("in/a (3).png", b"three"),
    ]


def test_a_very_long_name_is_cut_and_stays_its_own() -> None:
    one, other = (readable_name(f"{first}/{'x' * 2000}.png") for first in "ab")

    assert (len(one), one.endswith("x.png"), one == other) == (390, True, False)


def test_a_zip_bomb_is_refused_without_unpacking(monkeypatch: pytest.MonkeyPatch) -> None:
    archive = zip_of(**{"bomb.png": b"\0" * (8 * 2**20), "small.png": b"\0" * 10_000})

    bomb, small = zip_entries(archive)

    with pytest.raises(UnfitError, match="unpacks to 8 MiB"):
        bomb.read()
    assert len(small.read()) == 10_000


def test_too_many_or_too_large_files_refuse_the_zip_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    archive = zip_of(a=b"1", b=b"2", c=b"3")
    monkeypatch.setattr(sources, "MOST_ENTRIES", 2)

    with pytest.raises(SourceError, match="has 3 files; the most is 2"):
        zip_entries(archive)
    monkeypatch.setattr(sources, "MOST_ENTRIES", 3)
    monkeypatch.setattr(sources, "MOST_ZIP_BYTES", 2)
    with pytest.raises(SourceError, match="unpacks to more than"):
        zip_entries(archive)


def test_a_damaged_entry_fails_alone() -> None:
    good = zip_of(**{"a.png": os.urandom(500), "b.png": b"fine"})
    raw = bytearray(good.fp.getvalue())
    raw[60:80] = b"x" * 20
    archive = zipfile.ZipFile(io.BytesIO(bytes(raw)))

    first, second = zip_entries(archive)

    with pytest.raises(UnfitError, match="damaged"):
        first.read()
    assert second.read() == b"fine"


def test_an_encrypted_entry_says_so() -> None:
    archive = zip_of(**{"a.png": b"secret"})
    archive.infolist()[0].flag_bits |= 1

    with pytest.raises(UnfitError, match="without a password"):
        zip_entries(archive)[0].read()


def test_what_is_no_zip_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"not a zip")

    with pytest.raises(SourceError, match="not a readable zip"):
        open_zip(tmp_path / "a.zip")


def test_listed_paths_stay_below_their_folder(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.png").write_bytes(b"secret")
    (tmp_path / "in" / "a.png").write_bytes(b"a")

    inside, outside, missing = listed_entries(tmp_path / "in", ["a.png", "../secret.png", "b.png"])

    assert inside.read() == b"a"
    with pytest.raises(UnfitError, match="outside the folder"):
        outside.read()
    with pytest.raises(UnfitError, match="no such file"):
        missing.read()


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is not a folder"):
        folder_entries(tmp_path / "nowhere")
