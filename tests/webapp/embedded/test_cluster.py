import os
import pwd
from pathlib import Path

import pytest

from webapp.embedded.account import Account
from webapp.embedded.cluster import check_place, ensure_cluster, note_place
from webapp.embedded.errors import EmbeddedError


def refusal(data: Path, cluster: Path) -> str:
    with pytest.raises(EmbeddedError) as caught:
        check_place(data, cluster)
    return str(caught.value)


def test_a_cluster_outside_its_data_folder_is_missed_when_that_gets_another_name(tmp_path: Path) -> None:
    data, moved, first, second = (tmp_path / name for name in ("data", "moved", "1/postgres", "2/postgres"))
    data.mkdir()
    first.mkdir(parents=True)
    note_place(data, first)
    check_place(data, first)
    data.rename(moved)

    assert refusal(moved, second) == (
        f"the database of {moved} was in {first}, and there is none in {second}; if the folder was moved, move that, too "
        f"(mkdir -p {second.parent} && mv {first} {second}); for a copy restore a backup into a new data folder"
    )

    second.parent.mkdir()
    first.rename(second)
    check_place(moved, second)
    note_place(moved, second)
    second.rmdir()
    assert refusal(moved, second) == (
        f"the database of {moved} was in {second}, and there is none in {second}; restore a backup into a new data folder"
    )


def test_a_cluster_in_its_data_folder_moves_along_and_nothing_is_noted(tmp_path: Path) -> None:
    check_place(tmp_path, tmp_path / "postgres")
    note_place(tmp_path, tmp_path / "postgres")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends the server another account")
def test_a_cluster_that_its_account_cannot_reach_any_more_is_named(open_folder: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    cluster = open_folder / "closed" / "postgres"
    cluster.mkdir(parents=True)
    os.chown(cluster, nobody.pw_uid, nobody.pw_gid)
    cluster.parent.chmod(0o700)
    account = Account("nobody", nobody.pw_uid, nobody.pw_gid, frozenset())

    with pytest.raises(EmbeddedError) as caught:
        ensure_cluster(cluster, open_folder, account)
    assert str(caught.value) == f"nobody cannot enter {open_folder}/closed: it and all above it need chmod o+x"
