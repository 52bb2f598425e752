"""`manage.py add_model DIRECTORY`: a model version of any kind enters the store, for one study or for all."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from annotation.actions.versions import register_version
from annotation.errors import DomainError
from annotation.management.studies import study_named
from annotation.models import ModelVersion


class Command(BaseCommand):
    help = "Registers a model version's directory; it speaks in a study once somebody promotes it there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "directory", type=Path, help="with config.json, metrics.json and a manifest (docs/judges.md)"
        )
        parser.add_argument("--study", metavar="SLUG", help="the only study that may use it (default: all may)")
        parser.add_argument("--name", default="", help="as people will see it (default: the directory's name)")

    def handle(self, *args: Any, **options: Any) -> None:
        study = None if options["study"] is None else study_named(options["study"])
        before = set(ModelVersion.objects.values_list("pk", flat=True))
        try:
            version = register_version(directory=options["directory"], name=options["name"], study=study)
        except DomainError as error:
            raise CommandError(error.message) from error
        if version.pk in before and (study is not None or options["name"]):
            self.stderr.write(f"This version is registered already, as {version.name}; it stays as it is.")
        whose = version.study.slug if version.study else "all studies"
        self.stdout.write(f"{version.name}  {version.get_kind_display()}  for {whose}  {version.sha256}")
