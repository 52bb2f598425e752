"""Platforms as child processes of a test, and a look at the processes they consist of."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from webapp.embedded import locations
from webapp.embedded.cluster import processes_in
from webapp.supervisor.lock import holders

PROJECT = Path(__file__).resolve().parents[3]
STANDIN = [sys.executable, "-m", "tests.webapp.supervisor.standin"]
EMBEDDED = {"DATABASE_URL": "", "CELERY_BROKER_URL": "", "PGPORT": "6543"}  # no servers but our own; a trap
PATIENCE_SECONDS = 300.0


def wait_until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for: {what}"
        time.sleep(0.05)


class Run:
    """One start of a platform."""

    def __init__(self, data: Path, command: list[str], environment: dict[str, str]) -> None:
        self.data = data
        self._output = data.parent / f"output-{time.monotonic_ns()}.txt"
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(
                command, cwd=PROJECT, env=environment, stdout=output, stderr=output, start_new_session=True
            )

    @property
    def output(self) -> str:
        return self._output.read_text()

    def wait_for(self, text: str) -> None:
        wait_until(lambda: text in self.output or self.process.poll() is not None, text)
        assert text in self.output, self.output

    def wait_ready(self) -> str:
        """Its address."""
        ready = re.compile(r"^(?:READY|Ready after .*:) (http://\S+)", re.MULTILINE)
        wait_until(lambda: bool(ready.search(self.output)) or self.process.poll() is not None, "ready")
        told = ready.search(self.output)
        assert told, self.output
        return told[1]

    def ended_with(self) -> int:
        return self.process.wait(PATIENCE_SECONDS)

    def child(self, words: str) -> int:
        """The pid of the one child whose command line has these words."""
        wait_until(lambda: len(self._children(words)) == 1, f"one child {words!r}, not {self._children(words)}")
        return self._children(words)[0]

    def _children(self, words: str) -> list[int]:
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        pids = [int(pid) for task in tasks for pid in task.read_text().split()]
        return [pid for pid in pids if words in _command_line(pid)]

    def kill_child(self, words: str) -> int:
        pid = self.child(words)
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: pid not in self._children(words), f"the end of {words}")
        return pid


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def processes_of(data: Path) -> list[int]:
    """Every process of the platforms ever started on this folder that still runs."""
    return sorted({*holders(data / "up.lock"), *processes_in(locations.postgres_data(data))})


def kill_everything(data: Path) -> None:
    for pid in processes_of(data):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@contextmanager
def reachable_data(folder: str = "a data folder") -> Iterator[Path]:
    """A data folder that every account may enter, unlike pytest's own; with a space, because users have them."""
    with tempfile.TemporaryDirectory(prefix="gullery-platform-", dir=locations.SHORT_FOLDER) as name:
        Path(name).chmod(0o755)
        data = Path(name) / folder
        yield data
        for sockets in locations.SHORT_FOLDER.glob(f"gullery-*-{locations.folder_key(data)}-*"):  # whoever ran it
            shutil.rmtree(sockets, ignore_errors=True)


@contextmanager
def started(data: Path, *options: str, command: list[str] | None = None, **environment: str) -> Iterator[Run]:
    """A platform for the length of a block; whatever is left of it afterwards is killed."""
    data.parent.mkdir(parents=True, exist_ok=True)
    full = [*STANDIN, str(data), *options] if command is None else [*command, *options]
    run = Run(data, full, os.environ | EMBEDDED | {"GULLERY_DATA": str(data)} | environment)
    try:
        yield run
    finally:
        if run.process.poll() is None:
            run.process.kill()
        run.process.wait()
        if (data / "up.lock").exists():
            kill_everything(data)
            wait_until(lambda: processes_of(data) == [], "the end of every process")
