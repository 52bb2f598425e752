"""`manage.py prepare`: database, tables and static files, ready to serve. Safe to repeat."""

from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from psycopg import sql

from webapp.embedded import locations


class Command(BaseCommand):
    help = "Creates the embedded server's database if it is missing, migrates, and collects the static files."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DATABASE_URL:
            _create_database(settings.DATABASES["default"])
        call_command("migrate", interactive=False, verbosity=1)
        call_command("collectstatic", interactive=False, verbosity=0)


def _create_database(database: dict[str, Any]) -> None:
    address = {"host": database["HOST"], "port": locations.DATABASE_PORT, "user": database["USER"]}
    with psycopg.connect(**address, dbname="postgres", autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database["NAME"]]).fetchone()
        if not known:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database["NAME"])))
