"""A command in a process of its own: it can be stopped at any time, and leaves nothing loaded behind."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings

PDEATHSIG: Final = 1
"""prctl's PR_SET_PDEATHSIG: a worker that is killed takes its child with it."""
GRACE_SECONDS: Final = 30.0
TAIL: Final = 8_000
"""Characters of the log that are kept."""


class ChildFailedError(RuntimeError):
    """The command ended with an error; the message is its last words."""


@dataclass(frozen=True, slots=True)
class Spent:
    """`cpu_seconds` of all its threads and children."""

    cpu_seconds: float


def run_child(
    module: str, arguments: Sequence[str], *, log: Path, watch: Callable[[], None], every: float = 1.0
) -> Spent:
    """`python -m module arguments`, its words appended to `log`; `watch` is called every so many seconds meanwhile.

    What `watch` raises stops the child, gently at first, and is raised again. Raises ChildFailedError.
    """
    before = os.times()
    with log.open("ab") as words:
        child = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
            preexec_fn=_modestly,  # noqa: PLW1509  two system calls, in a worker process of one thread
        )
        try:
            while _runs(child, every):
                watch()
        finally:
            _stop(child)
    after = os.times()
    spent = Spent(after.children_user + after.children_system - before.children_user - before.children_system)
    if child.returncode:
        raise ChildFailedError(last_words(log) or f"{module} ended with status {child.returncode}.")
    return spent


def tail(log: Path) -> str:
    """The end of what a child wrote; of a line that a progress bar wrote over and over, its last form."""
    if not log.is_file():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 16 * TAIL))
        text = file.read().decode("utf-8", errors="replace")
    lines = [line.rstrip("\r").rsplit("\r", 1)[-1] for line in text.split("\n")]
    return "\n".join(lines)[-TAIL:].strip()


def last_words(log: Path) -> str:
    lines = tail(log).splitlines()
    return lines[-1].removeprefix("error: ")[:1000] if lines else ""


def _runs(child: "subprocess.Popen[bytes]", seconds: float) -> bool:
    try:
        child.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return True
    return False


def _stop(child: "subprocess.Popen[bytes]") -> None:
    if child.poll() is not None:
        return
    child.terminate()
    try:
        child.wait(timeout=GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _modestly() -> None:
    """Everything that a person waits for goes first; and the child dies with its worker."""
    os.nice(10)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PDEATHSIG, signal.SIGTERM)
