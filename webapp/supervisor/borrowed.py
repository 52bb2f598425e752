"""A command line needs the database while no platform runs: the embedded server is started for as long as the command takes."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command

from webapp.embedded.databases import ensure_database
from webapp.embedded.folders import passable_folder
from webapp.embedded.postgres import Postgres, running_postgres
from webapp.supervisor.lock import lock_data

BORROWERS = {
    "add_model", "audit_anchoring", "backup", "changepassword", "createsuperuser", "dbshell", "drop_weights", "export_labels",
    "import_images", "migrate", "restore", "shell", "showmigrations", "verify_labels",
}  # fmt: skip


@contextmanager
def borrowed_database(command: str) -> Iterator[None]:
    """Nothing when a server is at work already. A new database gets its tables, except for a restore."""
    if command not in BORROWERS or settings.DATABASE_URL or Postgres(settings.DATA_DIR).answers():
        yield
        return
    passable_folder(settings.DATA_DIR)
    lock = lock_data(settings.DATA_DIR)
    lock.tell(command=command)
    try:
        with running_postgres(settings.DATA_DIR, log=settings.DATA_DIR / "logs" / "database.log"):
            if ensure_database(settings.DATABASES["default"]) and command != "restore":
                call_command("migrate", interactive=False, verbosity=0)
            yield
    finally:
        lock.release()
