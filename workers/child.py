"""A command in a process of its own: it can be stopped at any time, and leaves nothing loaded behind."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from django.conf import settings

PDEATHSIG: Final = 1
"""prctl's PR_SET_PDEATHSIG: a worker that is killed takes its child with it."""
GRACE_SECONDS: Final = 30.0
TAIL: Final = 8_000
"""Characters of the log that are kept."""
Child = subprocess.Popen[bytes]


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
    """`python -m module arguments`, its words appended to `log`; `watch` is called every so many seconds meanwhile.

    What `watch` raises stops the child, gently at first, and is raised again. More than one of `processes` find each other
    as torch.distributed has it, and the end of one by an error is the end of all. Raises ChildFailedError.
    """
    before, began, children, ends = os.times(), time.monotonic(), list[Child](), list[int | None]()
    with log.open("ab") as words:
        try:
            for place in places(processes):
                children.append(_started([sys.executable, "-m", module, *arguments], words, place))
            while _all_run(children, every):
                watch()
            ends = [child.poll() for child in children]  # of the others it is this process that stops them
        finally:
            _stop(children)
    after, took = os.times(), time.monotonic() - began
    spent = Spent(after.children_user + after.children_system - before.children_user - before.children_system, took)
    if failed := [end for end in ends if end]:
        raise ChildFailedError(_why(module, failed[0], last_words(log)))
    return spent


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
        preexec_fn=_modestly,  # noqa: PLW1509  two system calls, in a worker process of one thread
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
    for child in children:
        try:
            if child.wait(timeout=max(0.0, until - time.monotonic())):
                return False
        except subprocess.TimeoutExpired:
            return not any(child.poll() for child in children)
    return False


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
        ctypes.CDLL(None).prctl(PDEATHSIG, signal.SIGTERM)
