import errno
import shutil
from pathlib import Path

import pytest

from webapp.supervisor.logs import WatchedLog


def test_only_new_and_complete_lines_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "web.log"
    path.write_text("from an earlier run\n")
    log = WatchedLog(path)
    with path.open("a") as file:
        file.write("first\nsec")
        file.flush()
        assert log.new_lines() == ["first"]
        file.write("ond\n")
        file.flush()
    assert log.new_lines() == ["second"]
    assert log.new_lines() == []


def test_a_log_that_grew_too_large_is_turned_over_while_its_writer_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "web.log"
    log = WatchedLog(path, largest_bytes=10)
    with path.open("a") as writer:
        writer.write("more than ten bytes\n")
        writer.flush()
        assert log.new_lines() == ["more than ten bytes"]
        writer.write("new\n")
        writer.flush()
    assert log.new_lines() == ["new"]
    assert path.read_text() == "new\n"
    assert path.with_name("web.log.1").read_text() == "more than ten bytes\n"


def test_on_a_full_disk_a_log_makes_room_and_nothing_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    path = tmp_path / "web.log"
    log = WatchedLog(path, largest_bytes=10)
    path.write_text("more than ten bytes\n")

    assert log.new_lines() == ["more than ten bytes"]
    assert path.read_text() == ""


def test_of_a_log_that_somebody_emptied_new_lines_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "web.log"
    log = WatchedLog(path)
    with path.open("a") as writer:
        writer.write("long and seen\nhalf a l")
        writer.flush()
        assert log.new_lines() == ["long and seen"]
        path.write_text("")
        writer.write("new\n")
        writer.flush()

    assert log.new_lines() == ["new"]


def test_a_log_that_somebody_deletes_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "web.log"
    log = WatchedLog(path)
    path.write_text("seen\nhalf a l")
    assert log.new_lines() == ["seen"]
    shutil.rmtree(path.parent)

    assert (log.new_lines(), path.read_bytes()) == ([], b"")
    path.write_text("new\n")
    assert log.new_lines() == ["new"]
