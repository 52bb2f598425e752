"""How often a program that dies is started again, and when that is enough."""

from collections import deque
from dataclasses import dataclass, field

MOST_DEATHS = 5
WINDOW_SECONDS = 60.0


@dataclass
class RestartPolicy:
    """Waits 1, 2, 4, ... seconds; gives up at the sixth death in a minute."""

    _deaths: deque[float] = field(default_factory=deque)

    def delay_after_death(self, now: float) -> float | None:
        """Seconds to wait before the next start, or None when it died too often."""
        self._deaths.append(now)
        while self._deaths[0] < now - WINDOW_SECONDS:
            self._deaths.popleft()
        if len(self._deaths) > MOST_DEATHS:
            return None
        return float(2 ** (len(self._deaths) - 1))
