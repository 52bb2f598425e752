"""The supervisor's events as lines for a person."""

import sys
import time
from collections import defaultdict, deque
from typing import TextIO

from webapp.supervisor.events import Event, Kind

_MOST_LOG_LINES = 5
_WINDOW_SECONDS = 10.0
_LONGEST_LINE = 200


class Console:
    """A listener that prints. Log lines are rationed per program, and silent once the platform stops."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        fancy = (getattr(self._stream, "encoding", "") or "").lower().startswith("utf")
        self._tick, self._cross, self._dots = ("✓", "✗", "…") if fancy else ("+", "!", ".")
        self._printed: defaultdict[str, deque[float]] = defaultdict(deque)
        self._stopping = False

    def __call__(self, event: Event) -> None:
        if line := self._line(event):
            print(line, file=self._stream, flush=True)

    def _line(self, event: Event) -> str:
        match event.kind:
            case Kind.READY | Kind.RESTARTED:
                again = "again: " if event.kind is Kind.RESTARTED else ""
                return f"  {self._tick} {event.name:<19} {again + event.text:<44} {event.seconds:5.1f} s"
            case Kind.WAITING:
                return f"  {self._dots} {event.name:<19} {event.text}"
            case Kind.DIED:
                return f"  {self._cross} {event.name:<19} {event.text}"
            case Kind.LOG:
                return self._log_line(event)
            case Kind.STOPPING:
                self._stopping = True
                why = f"  {self._cross} {event.text.splitlines()[0]}\n" if event.text else "\n"
                return f"{why}Stopping ..."
            case Kind.STOPPED:
                return f"Stopped in {event.seconds:.1f} s."
            case Kind.NOTICE:
                return f"  {event.text}"

    def _log_line(self, event: Event) -> str:
        printed = self._printed[event.name]
        now = time.monotonic()
        while printed and printed[0] < now - _WINDOW_SECONDS:
            printed.popleft()
        if self._stopping or len(printed) >= _MOST_LOG_LINES:
            return ""
        printed.append(now)
        return f"  {event.name} | {event.text[:_LONGEST_LINE]}"
