"""PostgreSQL's own dump and restore, of the embedded server or of the one by URL."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, cast

from django.db import connection
from psycopg.conninfo import make_conninfo

from webapp.backup.errors import BackupError
from webapp.backup.programs import at_least, newest
from webapp.database_url import PARAMETERS

_OF_NEWER_SERVERS = b"SET transaction_timeout = 0;\n"
"""Written by every pg_restore since 17, and refused by every server before it."""
_AFTER_SETTINGS = b"SELECT pg_catalog.set_config("
_BLOCK = 1024 * 1024


def dump(target: Path) -> None:
    """The whole database in pg_dump's custom format, as it is at one moment. Raises BackupError."""
    program = at_least("pg_dump", _server_version())
    command = [str(program), "--format=custom", "--no-owner", "--no-acl", f"--file={target}", where()]
    done = subprocess.run(command, env=around(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackupError(f"pg_dump failed: {done.stderr.strip()[-1000:]}")


def restore(source: Path) -> None:
    """Into an empty database, in one transaction: all of it or nothing. Raises BackupError.

    pg_restore writes the statements and psql says them, so that the backup may be of a newer server than this one.
    """
    read = [str(newest("pg_restore")), "--no-owner", "--no-acl", "--file=-", str(source)]
    say = [str(at_least("psql", 0)), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", where()]
    with tempfile.TemporaryFile() as told:
        with (
            subprocess.Popen(read, stdout=subprocess.PIPE, stderr=told) as reader,
            subprocess.Popen(
                say, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=told, env=around()
            ) as speaker,
        ):
            _say(reader, speaker)
        if reader.returncode or speaker.returncode:
            told.seek(0)
            words = told.read().decode(errors="replace").strip()
            raise BackupError(f"The database could not be restored: {words[-1000:]}")


def _server_version() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        [number] = cursor.fetchone()
    return int(number) // 10_000


def _say(reader: "subprocess.Popen[bytes]", speaker: "subprocess.Popen[bytes]") -> None:
    """COMMIT comes when all has been read: what ends before, on either side, leaves the database as it was."""
    with suppress(BrokenPipeError), cast(IO[bytes], speaker.stdin) as said:
        said.write(b"BEGIN;\n")
        for part in _statements(cast(IO[bytes], reader.stdout)):
            said.write(part)
        if reader.wait() == 0:
            said.write(b"COMMIT;\n")


def _statements(written: IO[bytes]) -> Iterator[bytes]:
    for line in written:
        if line != _OF_NEWER_SERVERS:
            yield line
        if line.startswith(_AFTER_SETTINGS):
            break
    while block := written.read(_BLOCK):
        yield block


def where() -> str:
    """The database, with what DATABASE_URL asks of a connection, as a program's argument."""
    database = connection.settings_dict
    asked: dict[str, Any] = {name: value for name, value in database["OPTIONS"].items() if name in PARAMETERS}
    for name, key in (("dbname", "NAME"), ("user", "USER"), ("host", "HOST"), ("port", "PORT")):
        asked[name] = database.get(key) or None
    return f"--dbname={make_conninfo(**asked)}"


def around() -> dict[str, str]:
    """A program's environment, with the password: everybody on the machine sees arguments."""
    return os.environ | {"PGPASSWORD": str(connection.settings_dict.get("PASSWORD", ""))}
