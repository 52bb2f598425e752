"""One program of the platform and the child process that runs it."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from webapp.embedded.account import Account
from webapp.embedded.tether import tethered
from webapp.supervisor.logs import WatchedLog

IMPORTANT = re.compile(r"\b(ERROR|CRITICAL|FATAL)\b")


@dataclass(frozen=True, kw_only=True)
class Program:
    """What to run, how to tell that it is ready, how to end it."""

    name: str
    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    title: str = ""  # what it is, for the console
    account: Account | None = None
    niceness: int = 0  # 0 to 19: how far it stands back behind what people wait for
    keep_open: tuple[int, ...] = ()  # file descriptors the child inherits
    prepare: Callable[[], None] | None = None
    answers: Callable[[], bool] | None = None  # ready when true ...
    ready_line: str | None = None  # ... or when the log has a line with this in it; with neither, ready at once
    ready_seconds: float = 300.0  # on a machine that is busy otherwise
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGKILL  # what it gets when the supervisor itself is killed
    grace_seconds: float = 10.0
    urgent: bool = True  # may be killed at once by a second Ctrl-C
    essential: bool = False  # its death ends everything
    important: re.Pattern[str] = IMPORTANT
    way_out: str = ""  # said where it does not start


class Child:
    """A program's process, in a session of its own, writing to its log."""

    def __init__(self, program: Program, log: Path) -> None:
        self.program = program
        self.ready = False
        self.started_at = time.monotonic()
        self.log = WatchedLog(log)
        self._ready_line_seen = program.ready_line is None
        if program.prepare:
            program.prepare()
        self._process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        program = self.program
        with self.log.path.open("ab") as output:
            return subprocess.Popen(
                tethered(program.command, program.death_signal, program.account, niceness=program.niceness),
                cwd=program.folder, env=dict(program.environment), pass_fds=program.keep_open,
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        return self._process.poll()

    @property
    def age_seconds(self) -> float:
        return time.monotonic() - self.started_at

    def important_lines(self) -> list[str]:
        lines = self.log.new_lines()
        wanted = self.program.ready_line
        self._ready_line_seen = self._ready_line_seen or any(wanted in line for line in lines if wanted)
        return [line for line in lines if self.program.important.search(line)]

    def check_ready(self) -> bool:
        self.ready = self.ready or (self._ready_line_seen and (self.program.answers is None or self.program.answers()))
        return self.ready

    def ask_to_stop(self) -> None:
        self._process.send_signal(self.program.stop_signal)

    def kill(self) -> None:
        """Kills it with its whole session; also sweeps up what a dead program left behind."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()

    def how_it_ended(self) -> str:
        code = self.exit_code
        if code is not None and code < 0:
            return f"was killed by {signal.Signals(-code).name}"
        return f"exited with {code}"
