"""How often a program that dies is started again, and when that is enough."""

from collections import deque


class RestartPolicy:
    """Waits 1, 2, 4, ... seconds; gives up at the sixth death in a minute."""

    most_deaths = 5
    window_seconds = 60.0

    def __init__(self) -> None:
        self._deaths: deque[float] = deque()

    def delay_after_death(self, now: float) -> float | None:
        """Seconds to wait before the next start, or None when it died too often."""
        self._deaths.append(now)
        while self._deaths[0] < now - self.window_seconds:
            self._deaths.popleft()
        if len(self._deaths) > self.most_deaths:
            return None
        return float(2 ** (len(self._deaths) - 1))

    def what_is_too_often(self) -> str:
        return f"more than {self.most_deaths} times in {self.window_seconds:.0f} s"
