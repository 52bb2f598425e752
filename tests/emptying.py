"""What empties the database after a test with transactions of its own.

Django truncates every table, which makes hundreds of files, and writes content types and permissions anew. Most tests
fill a handful of tables: here their rows are deleted, and those two tables, which no test changes, are left alone.
"""

from functools import cache
from time import sleep

import psycopg
from django.db import OperationalError, connection, transaction
from django.test import TransactionTestCase

KEPT = {"django_content_type", "auth_permission"}
TRIES, PAUSE_SECONDS = 3000, 0.02
_with_django = TransactionTestCase._fixture_teardown


def empty_tables(case: TransactionTestCase) -> None:
    if _is_mighty():
        _delete_rows()
    else:  # a server that somebody named for the tests
        _with_django(case)


@cache
def _is_mighty() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SHOW is_superuser")
        return bool(cursor.fetchone() == ("on",))


@cache
def _tables() -> list[str]:
    return sorted(set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT)


def _delete_rows() -> None:
    """Who still writes is waited for, as TRUNCATE does, but with no table in hand: they may want that one next."""
    for _ in range(TRIES):
        try:
            return _delete_rows_at_once()
        except OperationalError as error:
            if not isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
                raise
            sleep(PAUSE_SECONDS)
    raise AssertionError("Somebody writes and writes.")


def _delete_rows_at_once() -> None:
    quoted, tables = connection.ops.quote_name, _tables()
    asked = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {quoted(name)})" for name in tables)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {', '.join(map(quoted, tables))} IN EXCLUSIVE MODE NOWAIT")
        cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger keeps a row, in whatever order
        cursor.execute(asked)
        for (name,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {quoted(name)}")
