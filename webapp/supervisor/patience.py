"""When a person who waits for a program is told that it still starts: after 10 s, 20, 40, ..."""


class Patience:
    first_seconds = 10.0

    def __init__(self) -> None:
        self._next = self.first_seconds

    def is_due(self, waited: float) -> bool:
        """True once at each of these moments."""
        if waited < self._next:
            return False
        while self._next <= waited:
            self._next *= 2
        return True
