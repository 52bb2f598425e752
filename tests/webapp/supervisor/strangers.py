"""Running a program as an ordinary user, when the tests run as root."""

import os
import pwd
import shutil
import site
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.webapp.supervisor.runs import PROJECT
from webapp.embedded.account import Account, can_reach

NAME = "daemon"  # on every Linux, and not the account that root lends the database


@dataclass(frozen=True)
class Somebody:
    """Who runs Python: `uid` is 0 where no ordinary user can."""

    uid: int
    python: list[str]
    environment: Mapping[str, str] = field(default_factory=dict)


def ordinary_user(home: Path) -> Somebody:
    """Another account where this one is root; root, where such an account cannot get at Python and the project."""
    ourselves = Somebody(os.geteuid(), [sys.executable])
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        return ourselves
    entry = pwd.getpwnam(NAME)
    account = Account(NAME, entry.pw_uid, entry.pw_gid, frozenset({entry.pw_gid}))
    packages = [path for path in site.getsitepackages() if Path(path).is_dir()]
    python = _python_within_reach(account)
    if not python or not all(can_reach(account, Path(path)) for path in (PROJECT, *packages)):
        return ourselves
    os.chown(home, entry.pw_uid, entry.pw_gid)
    command = ["setpriv", f"--reuid={NAME}", f"--regid={entry.pw_gid}", "--clear-groups", python]
    paths = os.pathsep.join([str(PROJECT), *packages])
    return Somebody(entry.pw_uid, command, {"HOME": str(home), "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"})


def _python_within_reach(account: Account) -> str | None:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for program in (Path(sys.executable).resolve(), Path("/usr/local/bin") / version, Path("/usr/bin") / version):
        if program.exists() and can_reach(account, program.resolve().parent):
            return str(program)
    return None
