"""The database's files: made once, whole or not at all, and checked before each start."""

import os
import shlex
import shutil
import signal
import subprocess
import time
from pathlib import Path

from webapp.embedded.account import Account, can_reach
from webapp.embedded.errors import EmbeddedError
from webapp.embedded.folders import private_folder
from webapp.embedded.locations import DATABASE_USER
from webapp.embedded.programs import POSTGRES_MAJOR
from webapp.embedded.tether import tethered

INITDB_OPTIONS = (
    "--auth=trust",  # the socket's folder is the lock: nobody else can enter it
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
    "--set=max_connections=200",
    "--set=timezone=UTC",
    "--set=log_timezone=UTC",
)
PLACE = "postgres.place"
"""A file in the data folder that names the cluster's, where that is outside of it."""
PLAIN_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C"}  # PGPORT, PGDATA and their like must not reach the server
_LEFTOVERS_SECONDS = 20.0
_DYING_SECONDS = 0.5  # for a server whose killing has only just begun


def check_place(data: Path, cluster: Path) -> None:
    """Outside its data folder a cluster goes by that folder's name: under a new one an empty cluster would be made instead.

    Raises EmbeddedError when there was a cluster elsewhere and there is none now.
    """
    note = data / PLACE
    if cluster.exists() or not note.exists():
        return
    noted = Path(note.read_text().strip())
    way_out = "restore a backup into a new data folder"
    if noted.exists():
        move = f"mkdir -p {shlex.quote(str(cluster.parent))} && mv {noted} {shlex.quote(str(cluster))}"
        way_out = f"if the folder was moved, move that, too ({move}); for a copy {way_out}"
    raise EmbeddedError(f"the database of {data} was in {noted}, and there is none in {cluster}; {way_out}")


def note_place(data: Path, cluster: Path) -> None:
    if cluster.parent == data:
        (data / PLACE).unlink(missing_ok=True)
    else:
        (data / PLACE).write_text(f"{cluster}\n")


def ensure_cluster(cluster: Path, programs: Path, account: Account) -> None:
    """Makes the cluster if there is none. A half-made one, left by a crash, is thrown away and made again."""
    if cluster.exists():
        private_folder(cluster, account)
    if not can_reach(account, cluster):
        raise EmbeddedError(f"{account.name} cannot enter {cluster.parent}: it and all above it need chmod o+x")
    if not (cluster / "PG_VERSION").exists():
        _create(cluster, programs, account)
    _check_version(cluster)


def _create(cluster: Path, programs: Path, account: Account) -> None:
    if cluster.exists() and any(cluster.iterdir()):
        raise EmbeddedError(f"{cluster} is not empty and is no PostgreSQL cluster; move it away")
    unfinished = cluster.with_name(cluster.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    private_folder(unfinished, account)
    if not can_reach(account, unfinished):
        raise EmbeddedError(f"{account.name} cannot enter {cluster.parent}; choose another GULLERY_DATA")
    command = [str(programs / "initdb"), "-D", str(unfinished), "-U", DATABASE_USER, *INITDB_OPTIONS]
    done = subprocess.run(
        tethered(command, signal.SIGKILL, account),
        env=PLAIN_ENVIRONMENT, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        tail = "\n".join(f"  | {line}" for line in done.stdout.splitlines()[-12:])
        raise EmbeddedError(f"initdb could not make {cluster} (exit {done.returncode}):\n{tail}")
    if cluster.exists():
        cluster.rmdir()
    unfinished.rename(cluster)
    _flush(cluster.parent)


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def _check_version(cluster: Path) -> None:
    version = (cluster / "PG_VERSION").read_text().strip()
    if version != str(POSTGRES_MAJOR):
        raise EmbeddedError(
            f"{cluster} was made by PostgreSQL {version} and this is {POSTGRES_MAJOR}: "
            "back up with the release that made it, start with an empty data folder, restore"
        )


def recorded_server(cluster: Path) -> int | None:
    """The pid in postmaster.pid, alive or not."""
    try:
        return int((cluster / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def processes_in(cluster: Path) -> list[int]:
    """The processes that work in the cluster: the server's all do. Always empty where there is no /proc."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").samefile(cluster):
                found.append(int(entry.name))
        except OSError:
            continue
    return sorted(found)


def clear_dead_server(cluster: Path, sockets: Path) -> None:
    """Removes the lock files of a killed server when another process or a zombie has its number now.

    PostgreSQL would take that for a running server and refuse to start.
    Raises EmbeddedError when a server is at work there.
    """
    recorded = recorded_server(cluster)
    if recorded is None:
        return
    if _wait_for_leftovers(cluster, recorded):
        raise EmbeddedError(f"a PostgreSQL server (pid {recorded}) is running on {cluster}; stop it first")
    if Path("/proc").is_dir() and process_exists(recorded):
        (cluster / "postmaster.pid").unlink(missing_ok=True)
        for left in sockets.glob(".s.PGSQL.*"):
            left.unlink()


def _wait_for_leftovers(cluster: Path, recorded: int) -> bool:
    """Waits for the children of a killed server; returns whether the server itself lives."""
    began = time.monotonic()
    while alive := processes_in(cluster):
        at_work = recorded in alive and not _is_stopping(cluster)
        if time.monotonic() - began > (_DYING_SECONDS if at_work else _LEFTOVERS_SECONDS):
            return True
        time.sleep(0.05)
    return False


def _is_stopping(cluster: Path) -> bool:
    """The last line of postmaster.pid tells the server's state."""
    try:
        return (cluster / "postmaster.pid").read_text().rstrip().endswith("stopping")
    except OSError:
        return True


def process_exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
