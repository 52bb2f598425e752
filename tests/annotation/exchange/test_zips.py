import io
import os
import struct
import warnings
import zipfile
from collections.abc import Sequence

import pytest

from annotation.exchange import zips
from annotation.exchange.photographs import UnfitError
from annotation.exchange.sources import SourceError
from annotation.exchange.zips import open_zip, zip_entries
from tests.annotation.exchange.test_sources import HIDDEN, left_out, said

UPWARDS = "The path is absolute or leads upwards; give the file a plain one."


def bytes_of(files: Sequence[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive, warnings.catch_warnings(action="ignore"):
        for name, data in files:
            archive.writestr(name, data)
    return out.getvalue()


def zip_of(**files: bytes) -> zipfile.ZipFile:
    return open_zip(io.BytesIO(bytes_of(list(files.items()))))


def found_in(data: bytes) -> list[tuple[str, bytes | str]]:
    with open_zip(io.BytesIO(data)) as archive:
        return [(entry.path, said(entry)) for entry in zip_entries(archive)]


def test_every_member_has_its_line_whatever_its_path() -> None:
    names = ("a/b.png", "./c.png", "../../2.png", r"..\..\w.png", "/abs.png", r"C:\x.png", r"in\y.png", ".x.png")
    litter = ("a/.b/c.png", "__MACOSX/._b.png", "__MACOSX/a/._b.png", ".DS_Store", "a/.DS_Store", "Thumbs.db")

    found = found_in(bytes_of([(name, name.encode()) for name in (*names, *litter)]))

    assert dict(found) == {
        "a/b.png": b"a/b.png",
        "./c.png": b"./c.png",
        r"in\y.png": rb"in\y.png",
        **dict.fromkeys(("../../2.png", r"..\..\w.png", "/abs.png", r"C:\x.png"), UPWARDS),
        ".x.png": HIDDEN,
        "a/.b/": left_out(1),
        "__MACOSX/": left_out(2),
        ".DS_Store": left_out(2),
        "Thumbs.db": left_out(1),
    }


@pytest.mark.parametrize(
    ("said", "page", "found"),
    [
        ("café.png", "utf-8", "café.png"),
        ("照片 (1)/蓝天。.png", "gbk", "照片 (1)/蓝天。.png"),
        ("照片（1）.png", "utf-8", "照片（1）.png"),
        ("照片（1）.png", "gbk", "照片（1）.png"),
        ("übermäßig señor.png", "cp437", "übermäßig señor.png"),
        ("фото.png", "cp866", "Σ«Γ«.png"),  # another country's: the library's reading stays
        ("（！）.png", "gbk", "ú¿úíú⌐.png"),
        ("①楼 α.png", "gbk", "①楼 α.png"),
    ],
)
def test_names_that_do_not_say_how_they_are_written(said: str, page: str, found: str) -> None:
    """As programs of Windows and of macOS pack them."""
    raw = said.encode(page)
    packed = bytes_of([("x" * len(raw), b"data")]).replace(b"x" * len(raw), raw)

    assert found_in(packed) == [(found, b"data")]


def test_files_of_one_name_are_all_there() -> None:
    many = [("in/a.png", b"one"), ("in/a.png", b"two"), ("in/a.png", b"three"), ("in/a (2).png", b"x")]

    assert found_in(bytes_of(many)) == [
        ("in/a (2).png", b"x"),
        ("in/a.png", b"one"),
        ("in/a (3).png", b"two"),
        ("in/a (4).png", b"three"),
    ]


def test_files_without_a_name_are_refused_one_by_one() -> None:
    """A name of no letters at all, which the library cannot even tell from a folder's."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, warnings.catch_warnings(action="ignore"):
        for name in ("", ".", "", "a.png"):
            archive.writestr(zipfile.ZipInfo(name), b"data")

    assert found_in(out.getvalue()) == [
        *[(name, "The file has no name.") for name in ("", " (2)", ".")],
        ("a.png", b"data"),
    ]


def test_a_folder_has_no_line_but_a_file_called_like_one_has() -> None:
    assert found_in(bytes_of([("a/", b""), ("b\\", b""), ("c/", b"data")])) == [("c/", b"data")]


def test_a_zip_bomb_is_refused_without_unpacking() -> None:
    archive = zip_of(**{"bomb.png": b"\0" * (8 * 2**20), "small.png": b"\0" * 10_000})

    bomb, small = zip_entries(archive)

    with pytest.raises(UnfitError, match="unpacks to 8 MiB"):
        bomb.read()
    assert len(small.read()) == 10_000


def test_too_many_or_too_large_files_refuse_the_zip_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    archive = zip_of(**{"a": b"1", "b": b"2", "c": b"3", "__MACOSX/a": b"4", "__MACOSX/b": b"5"})
    monkeypatch.setattr(zips, "MOST_ENTRIES", 3)

    with pytest.raises(SourceError, match="has 4 files; the most is 3"):
        zip_entries(archive)
    monkeypatch.setattr(zips, "MOST_ENTRIES", 4)
    monkeypatch.setattr(zips, "MOST_ZIP_BYTES", 4)
    with pytest.raises(SourceError, match="unpacks to more than"):
        zip_entries(archive)


def test_a_damaged_member_fails_alone() -> None:
    raw = bytearray(bytes_of([("a.png", os.urandom(500)), ("b.png", b"fine"), ("c.png", b"c" * 9)], zipfile.ZIP_STORED))
    raw[60:80] = b"x" * 20
    raw[raw.rindex(b"PK\3\4")] = 0

    first, second, third = found_in(bytes(raw))

    assert first == ("a.png", "The zip is damaged here: Bad CRC-32 for file 'a.png'.")
    assert second == ("b.png", b"fine")
    assert third == ("c.png", "The zip is damaged here: Bad magic number for file header.")


def test_a_member_that_has_another_name_in_front_of_its_data_is_refused() -> None:
    raw = bytes_of([("a.png", b"a"), ("b.png", b"b")]).replace(b"a.png", b"x.png", 1)

    (_, reason), other = found_in(raw)

    assert reason == "The zip is damaged here: File name in directory 'a.png' and header b'x.png' differ.."
    assert other == ("b.png", b"b")


@pytest.mark.parametrize(
    ("flag", "reason"),
    [
        (0x01, "The file is encrypted; pack the zip without a password."),
        (0x20, "The file is packed by a method that is not read here; pack the zip by “deflate”."),
    ],
)
def test_a_member_that_is_encrypted_or_packed_in_some_other_way_says_so(flag: int, reason: str) -> None:
    raw = bytearray(bytes_of([("a.png", b"secret"), ("b.png", b"fine")]))
    raw[raw.index(b"PK\1\2") + 8] |= flag

    assert found_in(bytes(raw)) == [("a.png", reason), ("b.png", b"fine")]


def test_a_method_nobody_knows_says_so() -> None:
    raw = bytearray(bytes_of([("a.png", b"secret"), ("b.png", b"fine")]))
    struct.pack_into("<H", raw, raw.index(b"PK\1\2") + 10, 93)
    reason = "The file is packed by a method that is not read here; pack the zip by “deflate”."

    assert found_in(bytes(raw)) == [("a.png", reason), ("b.png", b"fine")]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_methods_and_large_zips_are_read(method: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive, archive.open("A.PNG", "w", force_zip64=True) as member:
        member.write(b"data")

    assert found_in(out.getvalue()) == [("A.PNG", b"data")]


def test_names_in_utf8_are_read_as_such_whether_the_zip_says_so_or_not() -> None:
    """The Finder writes them without a word; a name of an old code page stays one."""
    said_so = bytes_of([("café.png", b"1"), ("海鸥.png", b"2")])
    silent = said_so.replace(b"\x00\x08", b"\x00\x00")
    old = bytes_of([("cafX.png", b"1")]).replace(b"cafX", b"caf\x82")

    assert said_so != silent
    assert found_in(silent) == found_in(said_so) == [("café.png", b"1"), ("海鸥.png", b"2")]
    assert found_in(old) == [("café.png", b"1")]


def test_a_name_that_is_not_the_utf8_it_says_keeps_no_other_out() -> None:
    raw = bytes_of([("café.png", b"1"), ("b.png", b"2"), ("海鸥.png", b"3")]).replace("é".encode(), b"\x82\x82")

    assert found_in(raw) == [("b.png", b"2"), ("caféé.png", b"1"), ("海鸥.png", b"3")]


def test_a_name_that_is_cut_by_a_zero_is_shown_whole() -> None:
    raw = bytes_of([("a.png_.exe", b"1")]).replace(b"a.png_", b"a.png\0")

    assert found_in(raw) == [("a.png\\x00.exe", b"1")]


@pytest.mark.parametrize("data", [b"", b"not a zip", bytes_of([("a.png", b"a" * 99)])[:-30]])
def test_what_is_no_zip_says_so(data: bytes) -> None:
    with pytest.raises(SourceError, match="not a readable zip"):
        open_zip(io.BytesIO(data))


@pytest.mark.parametrize("at", [0, 6])
def test_a_table_of_contents_that_lies_refuses_the_zip_with_a_reason(at: int) -> None:
    """About its own beginning, or the version that is needed."""
    raw = bytearray(bytes_of([("a.png", b"a"), ("b.png", b"b")]))
    raw[raw.index(b"PK\1\2") + at] ^= 0xFF

    with pytest.raises(SourceError, match="not a readable zip"):
        open_zip(io.BytesIO(bytes(raw)))
