"""Stages: what is started together, when all before is ready, and stopped after all that follow."""

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from webapp.embedded.errors import EmbeddedError, log_tail
from webapp.supervisor.events import Event, Kind, Listener, PlatformError
from webapp.supervisor.patience import Patience
from webapp.supervisor.process import Child, Program
from webapp.supervisor.restarts import RestartPolicy

_LOOK_SECONDS = 0.05
_FULL_BYTES = 64 * 2**20  # PostgreSQL writes ahead in files of 16 MiB


@dataclass(frozen=True)
class Stage:
    """Programs that stay, or one-shot steps that must end well before the next stage."""

    programs: Sequence[Program] = ()
    steps: Sequence[Program] = ()


class Post:
    """One program's place: its child, restarted when it dies, until that happens too often."""

    def __init__(self, program: Program, logs: Path, listener: Listener) -> None:
        self.program = program
        self.log = logs / f"{program.name}.log"
        self._listener = listener
        self._policy = RestartPolicy()
        self._restart_at = 0.0
        self._announced = False
        self.child: Child | None = self._start()

    def _start(self) -> Child:
        self._patience = Patience()
        try:
            return Child(self.program, self.log)
        except EmbeddedError as error:
            raise PlatformError(str(error)) from error

    def look(self) -> None:
        """Notices what happened since the last look. Raises PlatformError when the platform cannot go on."""
        if self.child is None:
            if time.monotonic() >= self._restart_at:
                self.child = self._start()
            return
        for line in self.child.important_lines():
            self._listener(Event(Kind.LOG, self.program.name, line))
        if self.child.exit_code is not None:
            self._bury(self.child)
        elif not self.child.ready:
            self._see_whether_ready(self.child)

    @property
    def ready(self) -> bool:
        return self.child is not None and self.child.ready

    def _see_whether_ready(self, child: Child) -> None:
        if child.check_ready():
            kind = Kind.RESTARTED if self._announced else Kind.READY
            self._announced = True
            self._listener(Event(kind, self.program.name, self.program.title, child.age_seconds))
        elif child.age_seconds > self.program.ready_seconds:
            if not self._announced:
                raise PlatformError(_story(child, f"was not ready after {self.program.ready_seconds:.0f} s"))
            child.kill()
        elif self._patience.is_due(child.age_seconds):
            self._listener(_still_starts(child))

    def _bury(self, child: Child) -> None:
        child.kill()
        self.child = None
        ending = child.how_it_ended()
        if self.program.essential or not self._announced:
            raise PlatformError(_story(child, ending))
        delay = self._policy.delay_after_death(time.monotonic())
        if delay is None:
            raise PlatformError(_story(child, f"{ending}, and died {self._policy.what_is_too_often()}"))
        self._restart_at = time.monotonic() + delay
        self._listener(Event(Kind.DIED, self.program.name, f"{ending}; starting again in {delay:.0f} s"))


def _story(child: Child, ending: str) -> str:
    log = child.log.path
    way_out = f"\n{child.program.way_out}" if child.program.way_out and not child.ready else ""
    return f"{child.program.name} {ending}; its log {log} ends:\n{log_tail(log)}{_full(log.parent)}{way_out}"


def _full(logs: Path) -> str:
    """A full disk ends programs, and keeps them from saying so in a log that lies on it."""
    try:
        free = shutil.disk_usage(logs).free
    except OSError:
        return ""
    return f"\nThe disk of {logs} is full: {free / 2**20:.0f} MiB are left." if free < _FULL_BYTES else ""


def _still_starts(child: Child) -> Event:
    words = f"still starts after {child.age_seconds:.0f} s; it may take {child.program.ready_seconds:.0f}"
    return Event(Kind.WAITING, child.program.name, words, child.age_seconds)


def run_step(program: Program, logs: Path, listener: Listener, meanwhile: Callable[[], None]) -> None:
    """Runs a one-shot step, calling `meanwhile` as it goes. Raises PlatformError when it fails or takes too long."""
    child, patience = Child(program, logs / f"{program.name}.log"), Patience()
    try:
        while child.exit_code is None:
            meanwhile()
            if child.age_seconds > program.ready_seconds:
                break
            if patience.is_due(child.age_seconds):
                listener(_still_starts(child))
            time.sleep(_LOOK_SECONDS)
    finally:
        child.kill()
    if child.exit_code != 0:
        raise PlatformError(_story(child, child.how_it_ended()))
    listener(Event(Kind.READY, program.name, program.title, child.age_seconds))


def stop_all(posts: Sequence[Post], hurried: Callable[[], bool]) -> None:
    """Ends the programs of one stage together: asks, waits for their grace, kills."""
    children = [post.child for post in posts if post.child is not None]
    for child in children:
        if child.exit_code is None:
            child.ask_to_stop()
    began = time.monotonic()
    while running := [child for child in children if child.exit_code is None]:
        for child in running:
            impatient = hurried() and child.program.urgent
            if impatient or time.monotonic() - began > child.program.grace_seconds:
                child.kill()
        time.sleep(_LOOK_SECONDS)
    for child in children:
        child.kill()
