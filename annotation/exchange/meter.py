"""Progress that is reported often enough to be a sign of life, and seldom enough to cost nothing."""

import time
from collections.abc import Callable

Progress = Callable[[int, int], None]
ROWS_BETWEEN = 1000
SECONDS_BETWEEN = 5.0


class Meter:
    """Calls `report(done, total)` every so many rows, or while other work ticks every few seconds."""

    def __init__(self, report: Progress | None, total: int, done: int = 0) -> None:
        self.report, self.total, self.done = report, total, done
        self._unreported, self._told_at = 0, time.monotonic()

    def add(self, rows: int) -> None:
        """Tells before these rows when they would be one too many."""
        if self._unreported and self._unreported + rows > ROWS_BETWEEN:
            self.tell()
        self.done += rows
        self._unreported += rows

    def tick(self) -> None:
        """Something went on that has no rows."""
        if time.monotonic() - self._told_at >= SECONDS_BETWEEN:
            self.tell()

    def tell(self) -> None:
        self._unreported, self._told_at = 0, time.monotonic()
        if self.report is not None:
            self.report(self.done, max(self.total, self.done))
