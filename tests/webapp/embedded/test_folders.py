import os
import stat
from pathlib import Path

import pytest

from webapp.embedded.account import ourselves
from webapp.embedded.errors import EmbeddedError
from webapp.embedded.folders import passable_folder, private_folder


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_private_folder_is_for_one_account_alone(tmp_path: Path) -> None:
    assert mode(private_folder(tmp_path / "run" / "sockets", ourselves())) == 0o700


def test_a_private_folder_that_was_opened_is_closed_again(tmp_path: Path) -> None:
    (tmp_path / "sockets").mkdir(mode=0o777)
    assert mode(private_folder(tmp_path / "sockets", ourselves())) == 0o700


def test_a_link_in_the_place_of_a_private_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "sockets").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(EmbeddedError, match="must be a folder; move what is there away"):
        private_folder(tmp_path / "sockets", ourselves())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sockets").mkdir()
    os.chown(tmp_path / "sockets", 12345, 12345)
    with pytest.raises(EmbeddedError, match="belongs to user 12345, not to"):
        private_folder(tmp_path / "sockets", ourselves())


def test_a_passable_folder_ignores_the_umask_and_leaves_what_exists_alone(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        passable_folder(tmp_path / "a" / "b")
    finally:
        os.umask(before)
    assert (mode(tmp_path / "a"), mode(tmp_path / "a" / "b")) == (0o755, 0o755)
    assert mode(tmp_path) == 0o700


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddedError) as caught:
        passable_folder(tmp_path / "file" / "data")
    assert str(caught.value) == f"cannot make the folder {tmp_path}/file/data: Not a directory"
