"""PostgreSQL's own client programs: those on PATH, and those that come with the embedded server."""

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.conf import settings

from webapp.backup.errors import BackupError
from webapp.embedded.account import server_account
from webapp.embedded.errors import EmbeddedError
from webapp.embedded.programs import postgres_programs

_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")


def at_least(name: str, version: int) -> Path:
    """One of this major version or a newer one: none reads what is newer than itself. Raises BackupError.

    For a server by URL the system's are asked first: the embedded server's cannot speak TLS.
    """
    known = list(_installed(name))
    for program in known if settings.DATABASE_URL else reversed(known):
        if version_of(program) >= version:
            return program
    raise _lacking(name, version, known)


def newest(name: str) -> Path:
    """Raises BackupError."""
    known = list(_installed(name))
    if not known:
        raise _lacking(name, 0, known)
    return max(known, key=version_of)


def _lacking(name: str, version: int, known: Sequence[Path]) -> BackupError:
    wanted = f"PostgreSQL's {name}" + (f" {version} or newer" if version else "")
    found = ", ".join(f"{program} is {version_of(program)}" for program in known) or "there is none"
    return BackupError(f"{wanted} is needed on PATH (the package postgresql-client of most systems has it); {found}.")


def version_of(program: Path) -> int:
    told = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=False).stdout
    found = _VERSION.search(told)
    return int(found[1]) if found else 0


def _installed(name: str) -> Iterator[Path]:
    if on_path := shutil.which(name):
        yield Path(on_path)
    try:
        own = postgres_programs(server_account()) / name
    except (EmbeddedError, LookupError):
        return
    if own.exists():
        yield own
