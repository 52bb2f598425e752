"""Ctrl-C and a supervisor's SIGTERM: finish the step, save, leave."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Wish:
    """`signal` is the number of the signal that asked for an end, or 0."""

    signal = 0


class Stopped(Exception):
    """Ended by a signal after saving; `signal` is its number."""

    def __init__(self, step: int, signal: int) -> None:
        super().__init__(f"stopped and saved after step {step}; the same command with --resume goes on")
        self.signal = signal


@contextmanager
def wishes() -> Iterator[Wish]:
    """In the main thread only, as Python's signals are."""
    wish = Wish()

    def note(number: int, _frame: FrameType | None) -> None:
        wish.signal = number

    before = {number: signal.signal(number, note) for number in SIGNALS}
    try:
        yield wish
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
