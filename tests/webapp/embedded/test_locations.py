import os
from pathlib import Path

import pytest

from webapp.embedded import locations

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root lends the server another account")


def test_everything_lives_in_the_data_folder(open_folder: Path) -> None:
    assert locations.postgres_data(open_folder) == open_folder / "postgres"
    assert locations.postgres_socket_dir(open_folder) == open_folder / "run" / "postgres"
    assert locations.redis_socket(open_folder) == open_folder / "run" / "redis" / "redis.sock"


@pytest.mark.parametrize("name", ["x" * 90, "a space", "a,comma", "100%", "ünïcode"])
def test_a_path_too_long_or_odd_for_a_socket_gets_a_short_one(open_folder: Path, name: str) -> None:
    data = open_folder / name
    for socket in (locations.postgres_socket_dir(data) / ".s.PGSQL.5432", locations.redis_socket(data)):
        assert socket.parent.parent == locations.SHORT_FOLDER
        assert len(os.fsencode(socket)) <= 107
    assert locations.postgres_data(data) == data / "postgres"


def test_two_data_folders_never_share_a_socket(open_folder: Path) -> None:
    first, second = open_folder / "a b", open_folder / "a  b"
    assert locations.postgres_socket_dir(first) != locations.postgres_socket_dir(second)
    assert locations.redis_socket(first) != locations.redis_socket(second)
    assert locations.redis_socket(first).parent != locations.postgres_socket_dir(first)


@AS_ROOT
def test_for_root_a_closed_data_folder_keeps_its_cluster_elsewhere(open_folder: Path) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    data = closed / "data"
    home = locations.STATE_FOLDER / locations.folder_key(data)
    assert locations.postgres_data(data) == home / "postgres"
    assert locations.postgres_socket_dir(data) == home / "run" / "postgres"
    assert locations.redis_socket(data) == data / "run" / "redis" / "redis.sock"


@AS_ROOT
def test_a_cluster_that_was_made_elsewhere_is_found_again_when_the_folder_opens(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locations, "STATE_FOLDER", open_folder / "state")
    data = open_folder / "data"
    elsewhere = open_folder / "state" / locations.folder_key(data) / "postgres"
    elsewhere.mkdir(parents=True)
    assert locations.postgres_data(data) == elsewhere


@AS_ROOT
def test_a_cluster_in_a_data_folder_that_was_closed_is_not_passed_over_for_an_empty_one(open_folder: Path) -> None:
    data = open_folder / "home" / "data"
    (data / "postgres").mkdir(parents=True)
    data.parent.chmod(0o700)
    assert locations.postgres_data(data) == data / "postgres"


def test_naming_a_place_makes_nothing(open_folder: Path) -> None:
    locations.postgres_data(open_folder / "data")
    locations.redis_socket(open_folder / "data")
    assert list(open_folder.iterdir()) == []
