import os
import pwd
from pathlib import Path

import pytest

from webapp.embedded.account import can_reach, ourselves, server_account

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root lends the server another account")


@AS_ROOT
def test_root_lends_the_server_the_account_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GULLERY_POSTGRES_USER", raising=False)
    account = server_account()
    assert (account.name, account.uid) == ("nobody", pwd.getpwnam("nobody").pw_uid)


@AS_ROOT
def test_root_may_name_another_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GULLERY_POSTGRES_USER", "daemon")
    assert server_account().name == "daemon"


@AS_ROOT
@pytest.mark.parametrize(
    "name, message",
    [
        ("root", "GULLERY_POSTGRES_USER names root, and PostgreSQL does not run as root"),
        ("no-such-user", "GULLERY_POSTGRES_USER names 'no-such-user', and this machine has no such user"),
    ],
)
def test_an_account_that_cannot_serve_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, message: str) -> None:
    monkeypatch.setenv("GULLERY_POSTGRES_USER", name)
    with pytest.raises(LookupError) as caught:
        server_account()
    assert caught.value.args == (message,)


@pytest.mark.skipif(os.geteuid() == 0, reason="for ordinary users")
def test_an_ordinary_user_runs_the_server_itself() -> None:
    assert server_account().uid == os.geteuid()


def test_a_folder_closed_to_others_cannot_be_reached_by_them(open_folder: Path) -> None:
    inside = open_folder / "closed" / "inside"
    inside.mkdir(parents=True)
    inside.parent.chmod(0o700)
    stranger = pwd.getpwnam("daemon")
    account = type(ourselves())("daemon", stranger.pw_uid, stranger.pw_gid, frozenset({stranger.pw_gid}))
    assert not can_reach(account, inside)
    assert can_reach(account, open_folder)
    assert can_reach(ourselves(), inside)


def test_what_does_not_exist_yet_counts_as_reachable(open_folder: Path) -> None:
    assert can_reach(server_account(), open_folder / "later" / "still later")


def test_of_ourselves_the_system_knows_which_folders_we_may_enter(open_folder: Path) -> None:
    """Root may enter every one, and so may others by an access list: no mode tells it."""
    closed = open_folder / "closed"
    closed.mkdir(mode=0)
    assert can_reach(ourselves(), closed) == os.access(closed, os.X_OK)
