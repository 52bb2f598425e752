"""Who runs the embedded database: PostgreSQL refuses to run as root, so root lends it another account."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

DEFAULT_ACCOUNT = "nobody"
ACCOUNT_VARIABLE = "GULLERY_POSTGRES_USER"


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int
    groups: frozenset[int]


def server_account() -> Account:
    """The account of the database server: ourselves, or for root the one named by GULLERY_POSTGRES_USER.

    Raises LookupError when that account does not exist or is root itself.
    """
    if os.geteuid() != 0:
        return ourselves()
    name = os.environ.get(ACCOUNT_VARIABLE) or DEFAULT_ACCOUNT
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise LookupError(f"{ACCOUNT_VARIABLE} names {name!r}, and this machine has no such user") from None
    if entry.pw_uid == 0:
        raise LookupError(f"{ACCOUNT_VARIABLE} names root, and PostgreSQL does not run as root")
    return Account(name, entry.pw_uid, entry.pw_gid, frozenset(os.getgrouplist(name, entry.pw_gid)))


def ourselves() -> Account:
    uid, gid = os.geteuid(), os.getegid()
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:  # a container started with a bare number
        name = str(uid)
    return Account(name, uid, gid, frozenset({gid, *os.getgroups()}))


def can_reach(account: Account, path: Path) -> bool:
    """Whether the account may enter every folder on the way to `path`, itself included, that exists so far."""
    return all(_may_enter(account, folder) for folder in (path, *path.parents) if folder.is_dir())


def _may_enter(account: Account, folder: Path) -> bool:
    if account.uid == os.geteuid():  # the system knows more than modes: access lists
        return os.access(folder, os.X_OK, effective_ids=True)
    status = folder.stat()
    if status.st_uid == account.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid in account.groups:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)
