"""`manage.py prepare`: database, tables, the model that comes along and static files, ready to serve. Safe to repeat."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from annotation.actions.versions import register_version
from webapp.embedded.databases import ensure_database


class Command(BaseCommand):
    help = "Makes the database ready: creates the embedded one if it is missing, migrates, takes in the shipped model."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--without-static", action="store_true", help="the static files are in the image")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DATABASE_URL:
            ensure_database(settings.DATABASES["default"])
        call_command("check", databases=["default"])
        call_command("migrate", interactive=False, verbosity=1)
        if not options["without_static"]:
            call_command("collectstatic", interactive=False, verbosity=0)
        if Path(settings.SHIPPED_VERSION).exists():
            self.stdout.write(f"Model: {register_version(directory=Path(settings.SHIPPED_VERSION))}")
