"""A command line needs the database while no platform runs: the embedded server is started for as long as commands take.

Commands beside each other share that server: each holds `database.lock` while it uses it, and the one that started the
server stops it when it has the lock alone.
"""

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.management import call_command

from webapp.embedded.databases import ensure_database
from webapp.embedded.folders import passable_folder
from webapp.embedded.postgres import Postgres, running_postgres
from webapp.supervisor.events import PlatformError
from webapp.supervisor.lock import holders, lock_data

BORROWERS = {
    "add_model", "audit_anchoring", "backup", "changepassword", "createsuperuser", "dbshell", "drop_weights", "export_labels",
    "import_images", "migrate", "restore", "shell", "showmigrations", "verify_labels",
}  # fmt: skip


@contextmanager
def borrowed_database(command: str) -> Iterator[None]:
    """Nothing when a server is at work already. A new database gets its tables, except for a restore."""
    if command not in BORROWERS or settings.DATABASE_URL:
        yield
        return
    passable_folder(settings.DATA_DIR)
    with _in_use(settings.DATA_DIR / "database.lock") as use:
        if Postgres(settings.DATA_DIR).answers():
            fcntl.flock(use, fcntl.LOCK_SH)
            yield
            return
        lock = lock_data(settings.DATA_DIR)
        lock.tell(command=command)
        try:
            with running_postgres(settings.DATA_DIR, log=settings.DATA_DIR / "logs" / "database.log"):
                if ensure_database(settings.DATABASES["default"]) and command != "restore":
                    call_command("migrate", interactive=False, verbosity=0)
                fcntl.flock(use, fcntl.LOCK_SH)
                try:
                    yield
                finally:
                    _wait_for_others(use, command)
        finally:
            lock.release()


@contextmanager
def _in_use(path: Path) -> Iterator[IO[str]]:
    """The lock alone where that can be had at once; otherwise shared, as soon as nobody starts or stops the server."""
    try:
        file = path.open("a")
    except OSError as error:
        raise PlatformError(f"cannot write in the data folder {path.parent}: {error.strerror}") from error
    with file:
        if not _alone(file):
            fcntl.flock(file, fcntl.LOCK_SH)
        yield file


def _alone(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait_for_others(use: IO[str], command: str) -> None:
    """Until no other command uses the server that this one started; Ctrl-C ends it for them, too."""
    if _alone(use):
        return
    others = ", ".join(str(pid) for pid in sorted(holders(Path(use.name))) if pid != os.getpid())
    print(f"{command} has ended. The database stays up for pid {others}, then stops.", file=sys.stderr, flush=True)
    fcntl.flock(use, fcntl.LOCK_EX)
