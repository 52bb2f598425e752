"""Statements that every lease and every vote runs, straight through libpq: a cursor costs Python three times the statement.

Connection, transaction and errors are Django's. Where somebody listens to statements, they go through Django's cursor.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import Connection
from psycopg.adapt import Transformer
from psycopg.errors import DataError, error_from_result
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

Value = int | float | str | UUID | datetime | None
Row = tuple[Any, ...]

_PARAMETER = re.compile(r"%\((\w+)\)s")
_NUMBERS = count(1)
_DONE = frozenset({ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK})


class _Line:
    """What is known of one connection: the statements that its server keeps ready, and how its rows are read."""

    def __init__(self, connection: Connection[Any]) -> None:
        if connection.prepare_threshold is not None:  # after each rollback it would clear away ours with its own
            raise ImproperlyConfigured("The database's option prepare_threshold must be None.")
        self.pgconn = connection.pgconn
        self.reader = Transformer(connection)
        self.ready: set[bytes] = set()

    def run(self, name: bytes, text: bytes, values: Any) -> list[Row]:
        if name not in self.ready:
            _check(self.pgconn.prepare(name, text))
            self.ready.add(name)
        result = _check(self.pgconn.exec_prepared(name, values))
        self.reader.set_pgresult(result)
        return self.reader.load_rows(0, result.ntuples, tuple)


class Statement:
    """Written as for a cursor, its parameters as %(name)s; the server finds out their types, or is told with a cast."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._names = tuple(dict.fromkeys(_PARAMETER.findall(text)))
        places = {name: f"${place}" for place, name in enumerate(self._names, 1)}
        self._numbered = _PARAMETER.sub(lambda found: places[found[1]], text).replace("%%", "%").encode()
        self._name = f"kept_{next(_NUMBERS)}".encode()

    def rows(self, values: Mapping[str, Value]) -> list[Row]:
        django = connections[DEFAULT_DB_ALIAS]
        if django.execute_wrappers or django.queries_logged or django.needs_rollback:
            with django.cursor() as cursor:
                cursor.execute(self._text, values)
                return cursor.fetchall() if cursor.description else []
        if django.connection is None:
            django.ensure_connection()  # looks for an event loop each time
        with django.wrap_database_errors:
            return _line(django.connection).run(
                self._name, self._numbered, [_sent(values[name]) for name in self._names]
            )

    def row(self, values: Mapping[str, Value]) -> Row | None:
        rows = self.rows(values)
        return rows[0] if rows else None


def commit() -> None:
    """The last words of an outermost transaction: COMMIT, in one call. Django's own then finds nothing left to do."""
    django = connections[DEFAULT_DB_ALIAS]
    if len(django.atomic_blocks) == 1 and not django.needs_rollback and not django.queries_logged:
        with django.wrap_database_errors:
            _check(django.connection.pgconn.exec_(b"COMMIT"))


def as_array(numbers: Iterable[int]) -> str:
    """As PostgreSQL writes it."""
    return f"{{{','.join(map(str, numbers))}}}"


def _line(connection: Connection[Any]) -> _Line:
    """Of a connection in which a transaction has begun, where one is wanted."""
    line: _Line | None = connection.__dict__.get("gullery_line")
    if line is None:
        line = connection.__dict__["gullery_line"] = _Line(connection)
    if not connection.autocommit and line.pgconn.transaction_status == TransactionStatus.IDLE:
        _check(line.pgconn.exec_(b"BEGIN"))
    return line


def _sent(value: Value) -> bytes | None:
    """As text. Raises DataError for a NUL, which would end it early."""
    if value is None:
        return None
    text = str(value)
    if "\0" in text:
        raise DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    return text.encode()


def _check(result: PGresult) -> PGresult:
    if result.status not in _DONE:
        raise error_from_result(result)
    return result
