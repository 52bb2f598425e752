"""Running a program as an ordinary user, when the tests run as root."""

import os
import pwd
import shutil
import site
import sys
from pathlib import Path

from tests.webapp.supervisor.runs import PROJECT
from webapp.embedded.account import Account, can_reach

NAME = "daemon"  # on every Linux, and not the account that root lends the database


def as_ordinary_user(home: Path, *arguments: str) -> tuple[list[str], dict[str, str]]:
    """The command and the environment of Python with `arguments`, under another account where this one is root.

    Where such an account cannot get at Python and the project, root runs it.
    """
    here = [sys.executable, *arguments], dict[str, str]()
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        return here
    entry = pwd.getpwnam(NAME)
    account = Account(NAME, entry.pw_uid, entry.pw_gid, frozenset({entry.pw_gid}))
    packages = [path for path in site.getsitepackages() if Path(path).is_dir()]
    python = _python_within_reach(account)
    if not python or not all(can_reach(account, Path(path)) for path in (PROJECT, *packages)):
        return here
    os.chown(home, entry.pw_uid, entry.pw_gid)
    command = ["setpriv", f"--reuid={NAME}", f"--regid={entry.pw_gid}", "--clear-groups", python, *arguments]
    paths = os.pathsep.join([str(PROJECT), *packages])
    return command, {"HOME": str(home), "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}


def _python_within_reach(account: Account) -> str | None:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for program in (Path(sys.executable).resolve(), Path("/usr/local/bin") / version, Path("/usr/bin") / version):
        if program.exists() and can_reach(account, program.resolve().parent):
            return str(program)
    return None
