"""Where the embedded database and broker live, as functions of the data folder alone.

Settings import this before Django is ready: standard library only, and nothing here creates anything.
"""

import hashlib
import os
import re
from pathlib import Path

from webapp.embedded.account import can_reach, server_account

DATABASE_NAME = "gullery"
DATABASE_USER = "postgres"
DATABASE_PORT = 5432  # only names the socket file: the server listens on no network address

SOCKET_PATH_LIMIT = 107  # bytes; sun_path is 108 with its closing zero
STATE_FOLDER = Path("/var/lib/gullery")  # for root, when the database's account cannot reach the data folder
_PLAIN = re.compile(r"[\w./-]+", re.ASCII)  # other characters mean something in a URL or in libpq's list of hosts
SHORT_FOLDER = Path("/tmp")  # noqa: S108  not $TMPDIR: every shell must find the same sockets


def postgres_data(data: Path) -> Path:
    """The cluster's folder. For root it moves out of a data folder that the database's account cannot reach."""
    return _postgres_home(data) / "postgres"


def postgres_socket_dir(data: Path) -> Path:
    """A folder of mode 0700 that belongs to the database's account."""
    return _socket_folder(_postgres_home(data), "postgres", f".s.PGSQL.{DATABASE_PORT}", server_account().uid)


def redis_socket(data: Path) -> Path:
    """The broker's socket, in a folder of mode 0700 that belongs to us."""
    return _socket_folder(data.absolute(), "redis", "redis.sock", os.geteuid()) / "redis.sock"


def folder_key(data: Path) -> str:
    return hashlib.sha256(os.fsencode(data.absolute())).hexdigest()[:16]


def _postgres_home(data: Path) -> Path:
    data = data.absolute()
    if os.geteuid() != 0:
        return data
    if (data / "postgres").exists():  # also where it cannot be used: an empty one elsewhere would hide it
        return data
    elsewhere = STATE_FOLDER / folder_key(data)
    return elsewhere if (elsewhere / "postgres").exists() or not can_reach(server_account(), data) else data


def _socket_folder(home: Path, name: str, socket: str, uid: int) -> Path:
    folder = home / "run" / name
    if len(os.fsencode(folder / socket)) <= SOCKET_PATH_LIMIT and _PLAIN.fullmatch(str(folder)):
        return folder
    return SHORT_FOLDER / f"gullery-{uid}-{folder_key(home)}-{name}"
