"""`with running_platform(...) as platform:` the whole platform for the length of a block."""

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from webapp.embedded.folders import passable_folder
from webapp.supervisor.events import Event, Kind, Listener, PlatformError
from webapp.supervisor.lock import lock_data
from webapp.supervisor.ports import DEFAULT_PORT, address_of, listen
from webapp.supervisor.stages import Stage
from webapp.supervisor.supervisor import Supervisor

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_ALARM = signal.SIGUSR1  # from the supervisor's thread: the platform failed


@dataclass(frozen=True)
class Site:
    """What a plan is made for."""

    data: Path
    address: str
    listener: int  # the descriptor of the web server's socket
    lock: int  # the descriptor every child keeps open


Plan = Callable[[Site], Sequence[Stage]]


class Platform:
    """The running platform as the block sees it."""

    def __init__(self, site: Site, supervisor: Supervisor) -> None:
        self.address = site.address
        self.data = site.data
        self.logs = site.data / "logs"
        self._supervisor = supervisor

    @property
    def failure(self) -> str | None:
        return self._supervisor.failure

    def pids(self) -> dict[str, int]:
        """The programs that run now, by name."""
        return self._supervisor.pids()

    def wait(self) -> None:
        """Until Ctrl-C (KeyboardInterrupt) or until the platform fails (PlatformError)."""
        self._supervisor.ended.wait()
        self.check()

    def check(self) -> None:
        """Raises PlatformError when the platform has failed meanwhile."""
        if self.failure is not None:
            raise PlatformError(self.failure)


@contextmanager
def running_platform(
    plan: Plan, data: Path, *, listener: Listener, host: str = "127.0.0.1", port: int | None = None
) -> Iterator[Platform]:
    """Starts the plan's stages, gives the block the platform, stops everything after it.

    The first SIGINT, SIGTERM or SIGHUP raises KeyboardInterrupt in the block, a second one hurries the end. Under `nohup` the
    end of the terminal is none of the platform's.
    A failure raises PlatformError in the block at once. Call it in the main thread.
    """
    passable_folder(data)
    lock = lock_data(data)
    try:
        with listen(host, port) as web:
            site = Site(data, address_of(web), web.fileno(), lock.descriptor)
            lock.tell(site.address)
            if port is None and web.getsockname()[1] != DEFAULT_PORT:
                listener(Event(Kind.NOTICE, text=f"port {DEFAULT_PORT} is taken; using {web.getsockname()[1]}"))
            supervisor = Supervisor(plan(site), data / "logs", _heard(listener))
            with _supervised(supervisor):
                yield Platform(site, supervisor)
    finally:
        lock.release()


@contextmanager
def _supervised(supervisor: Supervisor) -> Iterator[None]:
    interruptions = _Interruptions(supervisor)
    with interruptions.handled():
        try:
            supervisor.start()
            try:
                supervisor.ready.wait()
                _raise_failure(supervisor)
                yield
            finally:
                interruptions.leaving = True
        finally:
            supervisor.stop()
            supervisor.join()
    _raise_failure(supervisor)


def _raise_failure(supervisor: Supervisor) -> None:
    if supervisor.failure is not None:
        raise PlatformError(supervisor.failure)


def _heard(listener: Listener) -> Listener:
    """Wakes the main thread when the platform fails; a listener that cannot print must not end the platform."""

    def hear(event: Event) -> None:
        with suppress(OSError, ValueError):
            listener(event)
        if event.kind is Kind.STOPPING and event.text:
            signal.pthread_kill(threading.main_thread().ident or 0, _ALARM)

    return hear


class _Interruptions:
    """Turns signals into exceptions in the main thread, until it is leaving."""

    def __init__(self, supervisor: Supervisor) -> None:
        self.leaving = False
        self._supervisor = supervisor

    @contextmanager
    def handled(self) -> Iterator[None]:
        ignored = signal.SIGHUP if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else None  # by `nohup`
        before = {number: signal.signal(number, self._asked) for number in _SIGNALS if number != ignored}
        before[_ALARM] = signal.signal(_ALARM, self._alarmed)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _asked(self, number: int, frame: FrameType | None) -> None:
        if self.leaving:
            self._supervisor.hurry()
        else:
            self.leaving = True
            raise KeyboardInterrupt

    def _alarmed(self, number: int, frame: FrameType | None) -> None:
        if not self.leaving:
            self.leaving = True
            _raise_failure(self._supervisor)
