"""`manage.py restore FOLDER`: a backup into an empty database, checked before and after."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from webapp.backup.afterwards import mark_of_key, settle_in
from webapp.backup.archive import restore_backup
from webapp.backup.errors import BackupError

UNSETTLED = (
    "The tables are back, but as they were: sessions are not ended, webhooks are not silent. Restore again, into an empty"
    " database, before a platform starts on this one."
)


class Command(BaseCommand):
    help = "Restores a backup into an empty database, migrates it to this version and verifies every label."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--silent", action="store_true", help="tell no webhook anything: for a copy beside the platform at work"
        )

    def _count(self, bar: "tqdm[Any]") -> None:
        bar.update()

    def handle(self, *args: Any, **options: Any) -> None:
        with tqdm(desc="restoring", unit=" file", disable=not self.stderr.isatty()) as bar:
            try:
                manifest = restore_backup(options["folder"], lambda name: self._count(bar))
            except BackupError as error:
                raise CommandError(str(error)) from error
            except OSError as error:
                raise CommandError(f"The backup cannot be read, or its files put back: {error}") from error
        try:
            call_command("migrate", verbosity=0)
            same_key = manifest.get("key") in {None, mark_of_key()}
            lines = settle_in(silent=options["silent"], same_key=same_key)
        except BaseException:
            self.stderr.write(UNSETTLED)
            raise
        self.stdout.write(f"The database and {len(manifest['files'])} files are back.")
        for line in lines:
            self.stdout.write(line)
        call_command("verify_labels", files=True, stdout=self.stdout)
