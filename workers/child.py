"""A command in a process of its own: it can be stopped at any time, and leaves nothing loaded behind."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from django.conf import settings

PDEATHSIG: Final = 1
"""prctl's PR_SET_PDEATHSIG: a worker that is killed takes its child with it."""
GRACE_SECONDS: Final = 30.0
LOOK_SECONDS: Final = 0.05
"""Between two looks at the children: of several the first to end is the one to ask why, soon the others miss it."""
TAIL: Final = 8_000
"""Characters of the log that are kept."""
LINES: Final = 6
"""Of the log of one among several, as a traceback may be above the last."""
Child = subprocess.Popen[bytes]
_LIBC: Final = ctypes.CDLL(None)
"""Opened here: between fork and exec another thread's lock on the loader would be held for ever."""


class ChildFailedError(RuntimeError):
    """The command ended with an error; the message is its last words."""


@dataclass(frozen=True, slots=True)
class Spent:
    """`cpu_seconds` of all its threads and children, `wall_seconds` from its start to its end."""

    cpu_seconds: float
    wall_seconds: float


def run_child(
    module: str,
    arguments: Sequence[str],
    *,
    log: Path,
    watch: Callable[[], None],
    every: float = 1.0,
    processes: int = 1,
) -> Spent:
    """`python -m module arguments`, its words appended to `log`; `watch` is called every so many seconds meanwhile, and once
    more when it has failed.

    What `watch` raises stops the child, gently at first, and is raised again. More than one of `processes` find each other
    as torch.distributed has it, each but the first with a log of its own beside `log`, and the end of one by an error is
    the end of all. Raises ChildFailedError.
    """
    before, began, children, ends = os.times(), time.monotonic(), list[Child](), list[int | None]()
    logs = [log_of(log, rank) for rank in range(processes)]
    with ExitStack() as opened:
        try:
            for place, path in zip(places(processes), logs, strict=True):
                words = opened.enter_context(path.open("ab"))
                children.append(_started([sys.executable, "-m", module, *arguments], words, place))
            while _all_run(children, every):
                watch()
            ends = [child.poll() for child in children]  # of the others it is this process that stops them
        finally:
            _stop(children)
    after, took = os.times(), time.monotonic() - began
    spent = Spent(after.children_user + after.children_system - before.children_user - before.children_system, took)
    if any(ends):
        watch()  # what it said last is what one wants to read
        raise ChildFailedError(_story(module, ends, logs))
    return spent


def log_of(log: Path, rank: int) -> Path:
    """Where one of several processes writes: `train.log`, `train.1.log`, ..."""
    return log if rank == 0 else log.with_name(f"{log.stem}.{rank}{log.suffix}")


def places(processes: int) -> list[dict[str, str]]:
    """What each of several processes has to find in its environment to meet the others on this machine."""
    if processes == 1:
        return [{}]
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    threads = max(1, (os.cpu_count() or 1) // processes)
    shared = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "WORLD_SIZE": processes, "LOCAL_WORLD_SIZE": processes}
    together = {name: str(value) for name, value in {**shared, "OMP_NUM_THREADS": threads}.items()}
    return [{**together, "RANK": str(rank), "LOCAL_RANK": str(rank)} for rank in range(processes)]


def _story(module: str, ends: Sequence[int | None], logs: Sequence[Path]) -> str:
    """Why the first failed. Of several it is named, with its last lines; one that was killed counts as the first, since the
    others may have ended for want of it.
    """
    failed = [rank for rank, end in enumerate(ends) if end]
    first = min(failed, key=lambda rank: (ends[rank] or 0) > 0)
    why = _why(module, ends[first] or 0, last_words(logs[first]))
    if len(ends) == 1:
        return why
    before = "\n".join(tail(logs[first]).splitlines()[-LINES:-1])[-1000:]
    return f"Process {first + 1} of {len(ends)} ended: {why}" + (f"\nBefore that it said:\n{before}" if before else "")


def _why(module: str, status: int, words: str) -> str:
    """An error has the last word; one who was killed spoke of something else."""
    if status > 0:
        return words or f"{module} ended with status {status}."
    if not words:
        return f"{module} was killed (signal {-status}), perhaps because memory ran out."
    return f"{module} was killed (signal {-status}), perhaps because memory ran out. It said last: {words}"


def _started(command: Sequence[str], words: IO[bytes], place: Mapping[str, str]) -> Child:
    return subprocess.Popen(
        command,
        cwd=settings.BASE_DIR,
        env={**os.environ, **place},
        stdin=subprocess.DEVNULL,
        stdout=words,
        stderr=subprocess.STDOUT,
        preexec_fn=_modestly,  # noqa: PLW1509  two system calls, whatever other threads hold
    )


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


def _all_run(children: Sequence[Child], seconds: float) -> bool:
    """Waits so long, or until one has failed or all are done."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        ends = [child.poll() for child in children]
        if any(ends) or None not in ends:
            return False
        time.sleep(min(LOOK_SECONDS, left))
    return True


def _stop(children: Sequence[Child]) -> None:
    """All are told before any is waited for: they stop together."""
    running = [child for child in children if child.poll() is None]
    for child in running:
        child.terminate()
    until = time.monotonic() + GRACE_SECONDS
    for child in running:
        try:
            child.wait(timeout=max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _modestly() -> None:
    """Everything that a person waits for goes first; and the child dies with its worker."""
    os.nice(10)
    if sys.platform == "linux":
        _LIBC.prctl(PDEATHSIG, signal.SIGTERM)
