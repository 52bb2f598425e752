"""Folders that only one account may enter."""

import os
import stat
from pathlib import Path

from webapp.embedded.account import Account
from webapp.embedded.errors import EmbeddedError


def passable_folder(path: Path) -> None:
    """Makes `path` and what is missing above it so that, whatever the umask, other accounts may pass through.

    Raises EmbeddedError.
    """
    try:
        if not path.exists():
            passable_folder(path.parent)
            path.mkdir(exist_ok=True)
            path.chmod(0o755)
    except OSError as error:
        raise EmbeddedError(f"cannot make the folder {path}: {error.strerror}") from error


def private_folder(path: Path, account: Account) -> Path:
    """Makes `path` with mode 0700 for the account, or checks that it is such a folder.

    Raises EmbeddedError when somebody else's folder, a link or a file is there.
    """
    passable_folder(path.parent)
    try:
        path.mkdir(mode=0o700)
        os.chown(path, account.uid, account.gid)
    except FileExistsError:
        _check_owner(path, account)
        path.chmod(0o700)
    except OSError as error:
        raise EmbeddedError(f"cannot make the folder {path}: {error.strerror}") from error
    return path


def _check_owner(path: Path, account: Account) -> None:
    status = path.lstat()
    if not stat.S_ISDIR(status.st_mode):
        raise EmbeddedError(f"{path} must be a folder; move what is there away")
    if os.geteuid() == 0 and status.st_uid == 0 and not any(path.iterdir()):
        os.chown(path, account.uid, account.gid)  # ours, made but not yet handed over
    elif status.st_uid != account.uid:
        raise EmbeddedError(
            f"{path} belongs to user {status.st_uid}, not to {account.name} ({account.uid}); "
            "start as the user who made it, or use another data folder"
        )
