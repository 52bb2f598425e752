"""One platform per data folder: a lock that the supervisor and all its children hold together.

Children inherit the open file, so the lock is free only when the last of them is gone, whoever was killed and how.
"""

import fcntl
import json
import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from webapp.embedded.cluster import process_exists
from webapp.supervisor.events import PlatformError

_LEFTOVERS_SECONDS = 30.0
_PROCESSES = Path("/proc")


@dataclass
class DataLock:
    path: Path
    file: IO[str]

    @property
    def descriptor(self) -> int:
        return self.file.fileno()

    def tell(self, address: str = "", *, command: str = "") -> None:
        """Writes down who holds the lock, for the message that a second start gets: a platform, or a command alone."""
        self.file.seek(0)
        self.file.truncate()
        json.dump({"pid": os.getpid(), "address": address, "command": command}, self.file)
        self.file.flush()

    def release(self) -> None:
        self.file.close()


def lock_data(data: Path) -> DataLock:
    """Takes the lock. Children of a killed supervisor get time to end, then are killed.

    Raises PlatformError when a platform runs on this folder.
    """
    path = data / "up.lock"
    try:
        lock = DataLock(path, path.open("a+"))
    except OSError as error:
        raise PlatformError(f"cannot write in the data folder {data}: {error.strerror}") from error
    if not _taken_in_time(lock):
        _kill_leftovers(lock)
        if not _taken_in_time(lock):
            raise PlatformError(f"processes of an earlier run still hold {path} and cannot be ended: {holders(path)}")
    lock.tell()
    return lock


def _taken_in_time(lock: DataLock) -> bool:
    deadline = time.monotonic() + _LEFTOVERS_SECONDS
    while not _taken(lock):
        _refuse_if_running(lock)
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def _taken(lock: DataLock) -> bool:
    try:
        fcntl.flock(lock.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _refuse_if_running(lock: DataLock) -> None:
    lock.file.seek(0)
    try:
        holder = json.loads(lock.file.read())
    except ValueError:
        return  # caught between taking the lock and telling
    if holder["pid"] in holders(lock.path) or (not _PROCESSES.is_dir() and process_exists(holder["pid"])):
        lock.release()
        raise PlatformError(_refusal(lock.path.parent, **holder))


def _refusal(data: Path, pid: int, address: str, command: str = "") -> str:
    if command:
        return f"manage.py {command} (pid {pid}) is at work on {data} and has its database; wait for its end."
    where = f"at {address}" if address else "still starting"
    return f"Gullery already runs on {data} (pid {pid}, {where})."


def _kill_leftovers(lock: DataLock) -> None:
    for pid in holders(lock.path):
        if pid != os.getpid():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def holders(path: Path) -> list[int]:
    """The processes that have the lock file open, ourselves among them."""
    wanted = path.stat()
    return [int(entry.name) for entry in _PROCESSES.glob("[0-9]*") if _has_open(entry / "fd", wanted)]


def _has_open(descriptors: Path, wanted: os.stat_result) -> bool:
    try:
        return any(os.path.samestat(descriptor.stat(), wanted) for descriptor in descriptors.iterdir())
    except OSError:  # it ended meanwhile, or is not ours to look into
        return False
