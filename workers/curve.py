"""What a training run has written about its steps, read on from where the last look ended."""

import json
from pathlib import Path


class Curve:
    """After hours there are hundreds of thousands of lines, and somebody looks every second."""

    def __init__(self, journal: Path) -> None:
        self._journal = journal
        self._begin()

    def _begin(self) -> None:
        self.losses: list[float] = []
        self.progress = 0.0
        self._speeds, self._read, self._last = 0.0, 0, b""

    @property
    def regions_per_second(self) -> float:
        return self._speeds / len(self.losses) if self.losses else 0.0

    def look(self) -> None:
        """The last line may be half written. A child that goes on from a checkpoint takes back what came later."""
        if not self._journal.is_file():
            return
        if not self._goes_on():
            self._begin()
        with self._journal.open("rb") as file:
            file.seek(self._read)
            *lines, _ = file.read().split(b"\n")
        for line in lines:
            self._note(line)

    def _goes_on(self) -> bool:
        """Whether the line that was read last is still where it was."""
        with self._journal.open("rb") as file:
            file.seek(self._read - len(self._last))
            return file.read(len(self._last)) == self._last

    def _note(self, line: bytes) -> None:
        step = json.loads(line)
        self.losses.append(step["loss"])
        self._speeds += step["regions_per_second"]
        self.progress = step["progress"]
        self._last = line + b"\n"
        self._read += len(self._last)
