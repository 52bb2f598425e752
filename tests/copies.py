"""Processes that begin with their libraries read: to read torch and its company costs ten times what they do here.

One process has read them (`tests.read_libraries`) and is copied: a copy has its own number, log, niceness and death.
`run_child` within a copy makes copies too, children of its own, where it would start `python -m MODULE`. Files that use
this go to one of xdist's workers (tests/sharing.py), so that the libraries are read once.
"""

import multiprocessing
import os
import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.context import ForkProcess, ForkServerProcess
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import IO, Any, Protocol, TypeVar

from django.conf import settings
from django.db import connection

from workers import child

Told = TypeVar("Told")
_reader = multiprocessing.get_context("forkserver")
_reader.set_forkserver_preload(["tests.read_libraries"])


class Running(Protocol):
    """What a Popen and a copy can be asked."""

    def poll(self) -> int | None: ...


class _AsPopen(BaseProcess):
    def poll(self) -> int | None:
        return self.exitcode

    def wait(self, timeout: float | None = None) -> int | None:
        self.join(timeout)
        if self.exitcode is None:
            raise subprocess.TimeoutExpired(self.name, timeout or 0)
        return self.exitcode


class Copy(_AsPopen, ForkProcess):
    """Of this process, and its child."""


class CopyElsewhere(_AsPopen, ForkServerProcess):
    """Of the one that has read the libraries."""


def in_copy(function: Callable[..., Told], *arguments: Any) -> Told:
    """What it answers or raises there."""
    with ProcessPoolExecutor(1, _reader, _prepare, (dict(os.environ),)) as pool:
        return pool.submit(function, *arguments).result()


def copy_that_runs(module: str, *arguments: str, words: Path = Path(os.devnull)) -> CopyElsewhere:
    """As `python -m module` does on this test's database, whose name is the first argument; `words` gets what it prints."""
    given = (str(connection.settings_dict["NAME"]), *arguments)
    copy = CopyElsewhere(target=_prepare_and_run, args=(dict(os.environ), words, module, given))
    copy.start()
    return copy


@contextmanager
def worker(module: str, *arguments: str) -> Iterator[CopyElsewhere]:
    """One of tests/workers, killed at the end."""
    copy = copy_that_runs(f"tests.workers.{module}", *arguments)
    try:
        yield copy
    finally:
        copy.kill()
        copy.wait()


def run_module(module: str, arguments: Sequence[str]) -> None:
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _prepare(environment: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(settings.BASE_DIR)
    child._started = _started  # type: ignore[assignment]


def _prepare_and_run(environment: Mapping[str, str], words: Path, module: str, arguments: Sequence[str]) -> None:
    _prepare(environment)
    with words.open("ab") as file:
        os.dup2(file.fileno(), 1)
    run_module(module, arguments)


def _started(command: Sequence[str], words: IO[bytes], place: Mapping[str, str]) -> Copy:
    """In place of workers.child's."""
    copy = Copy(target=_be_child, args=(command[2], command[3:], words.fileno(), place))
    copy.start()
    return copy


def _be_child(module: str, arguments: Sequence[str], words: int, place: Mapping[str, str]) -> None:
    child._modestly()
    for stream in (1, 2):
        os.dup2(words, stream)
    os.environ.update(place)
    run_module(module, arguments)
