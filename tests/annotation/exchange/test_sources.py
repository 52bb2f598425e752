import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import pytest

from annotation.exchange import sources
from annotation.exchange.photographs import UnfitError
from annotation.exchange.sources import Entry, SourceError, folder_entries, listed_entries

ELSEWHERE = "The path leads outside the folder of the CSV."
NONE = "There is no such file."
HIDDEN = "The name begins with a dot, as those of hidden files do; rename the file if it is meant."


def said(entry: Entry) -> bytes | str:
    """The bytes, or why there are none."""
    try:
        return entry.read()
    except UnfitError as error:
        return str(error)


def left_out(number: int) -> str:
    return f"Hidden, or what a system keeps for itself; files left out: {number}."


def test_a_folder_gives_its_files_by_name_and_a_line_for_what_is_not_looked_at(tmp_path: Path) -> None:
    names = ("b [1].jpg", "a (2).jpg", ".hidden", "sub/ü.png", "__MACOSX/x.jpg", ".git/config", ".git/hooks/x")
    for name in (*names, "sub/.DS_Store", ".DS_Store", "sub/._ü.png"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(name.encode())

    entries = folder_entries(tmp_path)

    assert [(entry.path, said(entry)) for entry in entries] == [
        (".hidden", HIDDEN),
        ("a (2).jpg", b"a (2).jpg"),
        ("b [1].jpg", b"b [1].jpg"),
        ("sub/ü.png", "sub/ü.png".encode()),
        (".DS_Store", left_out(2)),
        ("._*", left_out(1)),
        (".git/", left_out(2)),
        ("__MACOSX/", left_out(1)),
    ]


def test_a_name_that_is_no_text_is_spelt_out(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.png")).write_bytes(b"x")

    assert [(entry.path, entry.read()) for entry in folder_entries(tmp_path)] == [("caf\\xe9.png", b"x")]


def test_what_is_no_file_in_a_folder_is_said_to_be_none(tmp_path: Path) -> None:
    inside = tmp_path / "in"
    (inside / "sub").mkdir(parents=True)
    (inside / "sub" / "a.png").write_bytes(b"a")
    os.mkfifo(inside / "pipe.png")
    with chdir(inside), socket.socket(socket.AF_UNIX) as door:
        door.bind("door.png")
    (inside / "circle.png").symlink_to("circle.png")
    (inside / "gone.png").symlink_to("nowhere")
    (inside / "link").symlink_to("sub", target_is_directory=True)

    assert {entry.path: said(entry) for entry in folder_entries(inside)} == {
        "circle.png": "The file cannot be read: Too many levels of symbolic links.",
        "door.png": "This is a folder or a device, not a file.",
        "gone.png": NONE,
        "pipe.png": "This is a folder or a device, not a file.",
        "link": "A link to a folder is not followed; import that folder by itself.",
        "sub/a.png": b"a",
    }


@pytest.fixture
def too_deep(tmp_path: Path) -> Iterator[Path]:
    """A folder so deep that nobody can name what is in it, with a file beside its first step."""
    deep = tmp_path / "in"
    deep.mkdir()
    (deep / "a.png").write_bytes(b"a")
    with chdir(deep):
        for _ in range(20):
            Path("d" * 250).mkdir()
            os.chdir("d" * 250)
        os.chdir(tmp_path)
    yield deep
    shutil.rmtree(deep)


def test_a_folder_that_cannot_be_read_has_a_line(too_deep: Path) -> None:
    file, closed = folder_entries(too_deep)

    assert (file.path, said(file)) == ("a.png", b"a")
    assert (closed.path.endswith("ddd/"), said(closed)) == (True, "The folder cannot be read: File name too long.")


def test_a_source_that_cannot_be_read_at_all_fails_as_a_whole(too_deep: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    below = too_deep.joinpath(*["d" * 250] * 20)

    with pytest.raises(SourceError, match=r"ddd is not there, or this account may not see it\.$"):
        folder_entries(below)
    monkeypatch.setattr(sources.os.path, "isdir", lambda path: True)  # as for a folder that may be seen and not entered
    with pytest.raises(SourceError, match=r"ddd cannot be read: File name too long\.$"):
        folder_entries(below)


def test_listed_paths_stay_below_their_folder(tmp_path: Path) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    (tmp_path / "secret.png").write_bytes(b"secret")
    (inside / "a.png").write_bytes(b"a")
    (inside / "link.png").symlink_to("../secret.png")
    listed = ["a.png", "../secret.png", "link.png", "b.png", str(inside / "a.png"), "/etc/hostname", r"..\secret.png"]

    assert [said(entry) for entry in listed_entries(inside, listed)] == [
        *(b"a", ELSEWHERE, ELSEWHERE, NONE, b"a"),
        *(ELSEWHERE, ELSEWHERE),
    ]


def test_one_odd_path_of_a_list_is_refused_by_itself(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.png").write_bytes(b"a")
    (tmp_path / "circle.png").symlink_to("circle.png")
    os.mkfifo(tmp_path / "pipe.png")
    listed = {
        "n" * 256: "The file cannot be read: File name too long.",
        "x/" * 3000: "The file cannot be read: File name too long.",
        "nul\0.png": NONE,
        "circle.png": "The file cannot be read: Too many levels of symbolic links.",
        "circle.png/a.png": "The file cannot be read: Too many levels of symbolic links.",
        "a.png/b.png": NONE,
        "sub": "This is a folder or a device, not a file.",
        ".": "This is a folder or a device, not a file.",
        "pipe.png": "This is a folder or a device, not a file.",
        "/dev/zero": ELSEWHERE,
        "a.png": b"a",
    }

    entries = listed_entries(tmp_path, listed)

    assert [said(entry) for entry in entries] == list(listed.values())
    assert [entry.path for entry in entries[2:]] == ["nul\\x00.png", *list(listed)[3:]]


def test_a_list_from_windows_finds_its_files(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.png").write_bytes(b"a")
    (tmp_path / r"odd\b.png").write_bytes(b"b")
    listed = [r"in\a.png", r"odd\b.png", r"C:\photos\a.png", "D:/a.png", r"\\nas\a.png"]

    assert [said(entry) for entry in listed_entries(tmp_path, listed)] == [b"a", b"b", *[ELSEWHERE] * 3]


def test_two_paths_that_look_the_same_once_they_are_readable_are_two(tmp_path: Path) -> None:
    entries = listed_entries(tmp_path, ["a\0.png", "a\\x00.png", "a\0.png"])

    assert [entry.path for entry in entries] == ["a\\x00.png", "a\\x00 (2).png"]


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"a")

    with pytest.raises(SourceError, match=r"a\.png is not a folder\.$"):
        folder_entries(tmp_path / "a.png")
    for name in ("nowhere", "n" * 300, "n\0"):
        with pytest.raises(SourceError, match=r"is not there, or this account may not see it\.$"):
            folder_entries(tmp_path / name)
