"""`manage.py backup FOLDER`: everything the platform knows, in one folder."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from webapp.backup.archive import make_backup
from webapp.backup.errors import BackupError


class Command(BaseCommand):
    help = "Writes the database and every file it speaks of into a new folder; the platform may be at work meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def _count(self, bar: "tqdm[Any]") -> None:
        bar.update()

    def handle(self, *args: Any, **options: Any) -> None:
        with tqdm(desc="backing up", unit=" file", disable=not self.stderr.isatty()) as bar:
            try:
                manifest = make_backup(options["folder"], lambda name: self._count(bar))
            except BackupError as error:
                raise CommandError(str(error)) from error
            except OSError as error:
                raise CommandError(f"The backup is not finished: {error}") from error
        self.stdout.write(f"{options['folder']}: the database and {len(manifest['files'])} files.")
        self.stdout.write("It holds votes and password hashes; keep it as safe as the database.")
