"""What the supervisor tells whoever watches."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    NOTICE = "notice"
    READY = "ready"  # a program answers, or a step is done
    WAITING = "waiting"  # it still starts
    DIED = "died"
    RESTARTED = "restarted"
    LOG = "log"  # an important line from a program's log
    STOPPING = "stopping"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Event:
    kind: Kind
    name: str = ""  # the program's
    text: str = ""
    seconds: float = 0.0


Listener = Callable[[Event], None]


class PlatformError(RuntimeError):
    """The platform cannot start or cannot go on; the message says why."""


class StopRequested(Exception):
    """Somebody asked for the end while the platform was still starting."""
