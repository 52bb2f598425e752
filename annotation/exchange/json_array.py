"""A JSON array that is written as it comes, one element a line."""

import json
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import IO

encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


class JsonArray(AbstractContextManager["JsonArray"]):
    """`before` and `after` surround it, for an array inside an object."""

    def __init__(self, path: Path, before: str = "", after: str = "\n") -> None:
        self._file: IO[str] = path.open("w", encoding="utf-8", newline="\n")
        self._after = after
        self._separator = before + "[\n"

    def add(self, element: object) -> None:
        self._file.write(self._separator + encode(element))
        self._separator = ",\n"

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        empty = self._separator if self._separator != ",\n" else "\n"
        self._file.write(f"{empty}]{self._after}")
        self._file.close()
