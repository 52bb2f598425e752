"""Log files of child programs: appended by the child itself, watched and kept small by the supervisor."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

LARGEST_BYTES = 20_000_000


class WatchedLog:
    """One program's log. The child appends to it, so cutting it to nothing while the child runs is safe."""

    def __init__(self, path: Path, largest_bytes: int = LARGEST_BYTES) -> None:
        self.path = path
        self._largest_bytes = largest_bytes
        self._begin()

    def _begin(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.touch()
        self._seen = self.path.stat().st_size
        self._rest = b""

    def new_lines(self) -> list[str]:
        """The complete lines since the last call. A file that somebody deleted is begun anew."""
        try:
            with self.path.open("rb") as file:
                if file.seek(0, os.SEEK_END) < self._seen:  # somebody emptied it, to make room
                    self._seen, self._rest = 0, b""
                file.seek(self._seen)
                data = file.read()
        except FileNotFoundError:
            self._begin()  # what the child says from now on is lost, until it is started again
            return []
        self._seen += len(data)
        *lines, self._rest = (self._rest + data).split(b"\n")
        if self._seen > self._largest_bytes:
            self._turn_over()
        return [line.decode(errors="replace") for line in lines]

    def _turn_over(self) -> None:
        """Keeps one older file, or half of one on a full disk. A line written between the copy and the cut is lost."""
        with suppress(OSError):
            shutil.copyfile(self.path, self.path.with_name(self.path.name + ".1"))
        with self.path.open("r+b") as file:
            file.truncate(0)
        self._seen = 0
