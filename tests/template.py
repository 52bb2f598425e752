"""The migrations run once: the first of xdist's workers that has a database leaves a copy, and the others copy that.

Only on the run's own server: on one that somebody named, the copy would stay behind.
"""

import fcntl
import os
from contextlib import ExitStack
from pathlib import Path

from django.db import connection

TEMPLATE = "gullery_template"
_turn = ExitStack()
"""Held while this process makes its database."""


def take_turn() -> None:
    """Waits for whoever makes a database just now. Django copies TEMPLATE if it is there."""
    if not _is_wanted():
        return
    held = _turn.enter_context((Path(os.environ["GULLERY_DATA"]) / "template.lock").open("w"))
    fcntl.flock(held, fcntl.LOCK_EX)
    if _is_there():
        connection.settings_dict["TEST"]["TEMPLATE"] = TEMPLATE


def leave_copy() -> None:
    """The next one's turn, with a database to copy."""
    with _turn:
        if _is_wanted() and not _is_there():
            _copy()


def _is_wanted() -> bool:
    return "PYTEST_XDIST_WORKER" in os.environ and not os.environ["DATABASE_URL"]


def _is_there() -> bool:
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", [TEMPLATE])
        return bool(cursor.rowcount)


def _copy() -> None:
    made = connection.ops.quote_name(connection.settings_dict["NAME"])
    connection.close()  # nobody may be in what is copied
    connection.close_pool()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {TEMPLATE} TEMPLATE {made}")
