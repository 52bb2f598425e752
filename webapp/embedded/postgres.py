"""The embedded PostgreSQL server: its command line, whether it answers, and a block that runs one."""

import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from webapp.embedded import cluster, locations
from webapp.embedded.account import server_account
from webapp.embedded.errors import EmbeddedError, log_tail
from webapp.embedded.folders import passable_folder, private_folder
from webapp.embedded.programs import postgres_programs
from webapp.embedded.tether import tethered

STOP_SIGNAL = signal.SIGINT  # fast shutdown: open transactions are rolled back
ENVIRONMENT = cluster.PLAIN_ENVIRONMENT
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}  # for data nobody will miss


class Postgres:
    """The server of one data folder. Starting `command()` is the caller's, tethered and as `account`."""

    def __init__(self, data: Path, settings: Mapping[str, str] | None = None) -> None:
        self.data = data
        self.settings = settings or {}
        self.account = server_account()
        self.cluster = locations.postgres_data(data)
        self.sockets = locations.postgres_socket_dir(data)
        self.programs = postgres_programs(self.account)

    def prepare(self) -> None:
        """Makes what is missing and clears what a crash left.

        Raises EmbeddedError, also when a server is at work here.
        """
        passable_folder(self.data)
        cluster.check_place(self.data, self.cluster)
        cluster.ensure_cluster(self.cluster, self.programs, self.account)
        cluster.note_place(self.data, self.cluster)
        private_folder(self.sockets, self.account)
        cluster.clear_dead_server(self.cluster, self.sockets)

    def command(self) -> list[str]:
        """The server in the foreground. Wants ENVIRONMENT, the working folder `/`, and prepare() done."""
        settings = {
            "listen_addresses": "",
            "port": str(locations.DATABASE_PORT),
            "unix_socket_directories": f'"{self.sockets}"',  # quoted: it is a list, and a path may hold a comma
            "unix_socket_permissions": "0700",
            "autovacuum_naptime": "10s",  # hundreds of votes a second leave much behind in a minute
            **self.settings,
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(self.programs / "postgres"), "-D", str(self.cluster), *options]

    def answers(self) -> bool:
        where = ["-h", str(self.sockets), "-p", str(locations.DATABASE_PORT), "-U", locations.DATABASE_USER]
        command = [str(self.programs / "pg_isready"), "-q", *where, "-d", "postgres"]
        return subprocess.run(command, env=ENVIRONMENT, check=False).returncode == 0

    def version(self) -> str:
        told = subprocess.run([self.programs / "postgres", "--version"], capture_output=True, text=True, check=True)
        return told.stdout.split()[-1]


@contextmanager
def running_postgres(
    data: Path, *, log: Path, settings: Mapping[str, str] | None = None, patience_seconds: float = 300
) -> Iterator[Postgres]:
    """A server for the length of a block; crash recovery may take part of the patience. Raises EmbeddedError."""
    server = Postgres(data, settings)
    server.prepare()
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        child = subprocess.Popen(
            tethered(server.command(), STOP_SIGNAL, server.account), env=ENVIRONMENT, cwd="/",
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    try:
        _wait_until_it_answers(server, child, log, patience_seconds)
        yield server
    finally:
        _stop(child)


def _wait_until_it_answers(
    server: Postgres, child: subprocess.Popen[bytes], log: Path, patience_seconds: float
) -> None:
    deadline = time.monotonic() + patience_seconds
    while not server.answers():
        if child.poll() is not None:
            raise EmbeddedError(f"PostgreSQL ended at once (exit {child.returncode}):\n{log_tail(log)}")
        if time.monotonic() > deadline:
            raise EmbeddedError(f"PostgreSQL did not answer in {patience_seconds:.0f} s:\n{log_tail(log)}")
        time.sleep(0.02)


def _stop(child: subprocess.Popen[bytes], patience_seconds: float = 30) -> None:
    child.send_signal(STOP_SIGNAL)
    try:
        child.wait(patience_seconds)
    except subprocess.TimeoutExpired:
        child.send_signal(signal.SIGQUIT)  # stops without a checkpoint; the next start recovers
        child.wait()
