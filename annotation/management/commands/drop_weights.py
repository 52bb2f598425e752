"""`manage.py drop_weights STUDY`: makes room by dropping the weights of old versions that nobody needs."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from annotation.actions.weights import drop_old_weights, droppable
from annotation.management.studies import study_named


class Command(BaseCommand):
    help = (
        "Drops the weights of a study's versions that neither speak nor spoke before, wait for nothing and are not among "
        "the newest. Their rows, measurements and lineage stay."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("study", metavar="SLUG")
        parser.add_argument("--dry-run", action="store_true", help="only say which")

    def handle(self, *args: Any, **options: Any) -> None:
        study = study_named(options["study"])
        versions = droppable(study) if options["dry_run"] else drop_old_weights(study=study, by=None)
        for version in versions:
            self.stdout.write(f"{version.name}  {version.byte_size:,} bytes  {version.sha256}")
        room = sum(version.byte_size for version in versions)
        self.stdout.write(f"{len(versions)} of them, {room:,} bytes.")
