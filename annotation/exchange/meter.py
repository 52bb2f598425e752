"""Progress that is reported often enough to be a sign of life, and seldom enough to cost nothing."""

from collections.abc import Callable

Progress = Callable[[int, int], None]
ROWS_BETWEEN = 500


class Meter:
    """Counts rows and calls `report(done, total)` every so many."""

    def __init__(self, report: Progress | None, total: int, done: int = 0) -> None:
        self.report, self.total, self.done = report, total, done
        self._unreported = 0

    def add(self, rows: int = 1) -> None:
        self.done += rows
        self._unreported += rows
        if self._unreported >= ROWS_BETWEEN:
            self.tell()

    def tell(self) -> None:
        self._unreported = 0
        if self.report is not None:
            self.report(self.done, max(self.total, self.done))
