"""Empty databases of the test server, and backups restored into them."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection


def server() -> "psycopg.Connection[tuple[object, ...]]":
    database = settings.DATABASES["default"]
    return psycopg.connect(
        host=database["HOST"], port=database["PORT"], user=database["USER"], dbname="postgres", autocommit=True
    )


@contextmanager
def emptied() -> Iterator[str]:
    name = f"{connection.settings_dict['NAME']}_restored"
    with server() as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}"')
        admin.execute(f'CREATE DATABASE "{name}"')
    yield name
    with server() as admin:
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def restore(database: str, files: Path | str, *backups: Path | str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "tests.webapp.backup.restorer", database, str(files), *map(str, backups)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)


def rows(database: str, statement: str) -> list[tuple[object, ...]]:
    given = settings.DATABASES["default"]
    with psycopg.connect(host=given["HOST"], port=given["PORT"], user=given["USER"], dbname=database) as reader:
        return reader.execute(statement).fetchall()
