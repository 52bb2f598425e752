"""A store of files as an object store is: nothing in it has a path on this machine."""

from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage, Storage


class Elsewhere(Storage):
    """It tells which names were `opened`, of all of its kind."""

    opened: list[str] = []

    def __init__(self, location: Path) -> None:
        self.disk = FileSystemStorage(location)

    def _open(self, name: str, mode: str = "rb") -> Any:
        self.opened.append(name.rpartition("/")[2])
        return self.disk.open(name, mode)

    def _save(self, name: str, content: Any) -> str:
        return self.disk.save(name, content)

    def exists(self, name: str) -> bool:
        return self.disk.exists(name)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        return self.disk.listdir(path)
