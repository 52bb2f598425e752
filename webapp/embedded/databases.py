"""The one database inside the embedded server."""

from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg import sql

from webapp.embedded import locations


def ensure_database(database: Mapping[str, Any]) -> bool:
    """Creates the database of these Django settings when it is missing; whether it was."""
    address = {"host": database["HOST"], "port": locations.DATABASE_PORT, "user": database["USER"]}
    with psycopg.connect(**address, dbname="postgres", autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database["NAME"]]).fetchone():
            return False
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database["NAME"])))
        return True
