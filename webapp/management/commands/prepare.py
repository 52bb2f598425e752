"""`manage.py prepare`: database, tables and static files, ready to serve. Safe to repeat."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from annotation.actions.versions import register_version
from webapp.embedded.databases import ensure_database


class Command(BaseCommand):
    help = "Creates the embedded server's database if it is missing, migrates, and collects the static files."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DATABASE_URL:
            ensure_database(settings.DATABASES["default"])
        call_command("check", databases=["default"])
        call_command("migrate", interactive=False, verbosity=1)
        call_command("collectstatic", interactive=False, verbosity=0)
        if Path(settings.SHIPPED_VERSION).exists():
            self.stdout.write(f"Model: {register_version(directory=Path(settings.SHIPPED_VERSION))}")
