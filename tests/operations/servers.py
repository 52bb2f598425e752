"""A PostgreSQL and a Redis server as a distribution ships them: on loopback TCP, with passwords."""

import os
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import redis

from webapp.embedded.account import server_account
from webapp.embedded.tether import tethered

PASSWORD = "forTestsAlone42"


def installed_postgres() -> Path | None:
    """The programs of the newest one, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    return found[-1] if found else None


def installed_redis() -> str | None:
    return shutil.which("redis-server")


PORTS = range(20_000, 32_000)
"""None that a system gives to whoever asks for any: what is free must be so until its server starts, and starts again."""


def free_port() -> int:
    while True:
        port = random.SystemRandom().choice(PORTS)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


@contextmanager
def postgres(programs: Path, folder: Path) -> Iterator[str]:
    """Its URL, with an empty database."""
    account, port = server_account(), free_port()
    cluster, secret = folder / "cluster", folder / "password"
    cluster.mkdir()
    secret.write_text(PASSWORD)
    for path in (cluster, secret):
        os.chown(path, account.uid, account.gid)
    options = ["-U", "gullery", "--auth=scram-sha-256", f"--pwfile={secret}", "--encoding=UTF8", "--locale=C.UTF-8"]
    initdb = tethered([str(programs / "initdb"), "-D", str(cluster), *options], signal.SIGKILL, account)
    subprocess.run(initdb, check=True, capture_output=True, cwd="/")
    quick = ["-c", "fsync=off", "-c", "unix_socket_directories=", "-c", "listen_addresses=127.0.0.1"]
    server = [str(programs / "postgres"), "-D", str(cluster), "-p", str(port), *quick]
    url = f"postgresql://gullery:{PASSWORD}@127.0.0.1:{port}"
    with child(tethered(server, signal.SIGINT, account), signal.SIGINT, lambda: _accepts(f"{url}/postgres")):
        with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE gullery")
        yield f"{url}/gullery"


def _accepts(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def broker(program: str, folder: Path) -> Iterator[str]:
    port = free_port()
    command = [program, "--bind", "127.0.0.1", "--port", str(port), "--requirepass", PASSWORD]
    url = f"redis://:{PASSWORD}@127.0.0.1:{port}/0"
    quiet = ["--save", "", "--dir", str(folder)]
    with child(tethered([*command, *quiet], signal.SIGTERM), signal.SIGTERM, lambda: _pongs(url)):
        yield url


def _pongs(url: str) -> bool:
    with redis.Redis.from_url(url) as client:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False


@contextmanager
def child(command: list[str], ending: signal.Signals, ready: Callable[[], bool]) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
    try:
        deadline = time.monotonic() + 180
        while not ready():
            assert process.poll() is None, f"{command} ended with {process.returncode}"
            assert time.monotonic() < deadline, f"{command} did not answer"
            time.sleep(0.05)
        yield
    finally:
        process.send_signal(ending)
        process.wait(60)
