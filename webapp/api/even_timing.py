"""When an answer leaves: on a beat since the question came, so that its time does not tell a hidden check from ordinary work.

What is done for the two differs by a fraction of a millisecond; nearly all of it is over before the first beat. A waiting
thread costs no CPU. Only where a study has a protocol: without one nothing is hidden.
"""

import time
from collections.abc import Callable

from webapp.rating_threads import only_waiting

BEAT_SECONDS = 0.02

now: Callable[[], float] = time.monotonic
pause: Callable[[float], None] = time.sleep


def wait_for_beat(asked_at: float) -> None:
    """Until a whole number of beats after `asked_at`, which `now` said. The caller holds no lock and no transaction."""
    only_waiting()
    pause((asked_at - now()) % BEAT_SECONDS)
