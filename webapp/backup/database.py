"""PostgreSQL's own dump and restore, of the embedded server or of the one by URL."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from webapp.embedded.account import server_account
from webapp.embedded.programs import postgres_programs


class BackupError(RuntimeError):
    """A backup cannot be made or restored; the message says why."""


def dump(target: Path) -> None:
    """The whole database in pg_dump's custom format, as it is at one moment."""
    _run("pg_dump", ["--format=custom", "--no-owner", "--no-acl", f"--file={target}", *_where()])


def restore(source: Path) -> None:
    """Into an empty database, in one transaction: all of it or nothing."""
    options = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-acl"]
    _run("pg_restore", [*options, *_where(), str(source)])


def _where() -> list[str]:
    database = settings.DATABASES["default"]
    words = [f"--dbname={database['NAME']}", f"--username={database['USER']}", f"--host={database['HOST']}"]
    return [*words, f"--port={database['PORT']}"] if database.get("PORT") else words


def _run(program: str, arguments: Sequence[str]) -> None:
    """Ours first: a dump needs a program at least as new as the server. The password goes by environment, not by argument."""
    environment = os.environ | {"PGPASSWORD": str(settings.DATABASES["default"].get("PASSWORD", ""))}
    done = subprocess.run(
        [str(_program(program)), *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupError(f"{program} failed: {done.stderr.strip()[-1000:]}")


def _program(name: str) -> Path:
    own = postgres_programs(server_account()) / name
    if own.exists():
        return own
    found = shutil.which(name)
    if found is None:
        raise BackupError(f"{name} is not installed.")
    return Path(found)
