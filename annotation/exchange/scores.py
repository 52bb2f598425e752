"""Outside scores: a CSV with a path and a number per line."""

import csv
from collections import Counter
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import IO

from annotation.exchange.sources import SourceError

PATH_COLUMNS = ("path", "image", "name", "file", "filename")
SCORE_COLUMNS = ("score", "mos")


class Scores:
    """Scores by path as written. An image is found by its whole path, or by its file name where that is unique."""

    def __init__(self, by_path: Mapping[str, float]) -> None:
        self.by_path = by_path
        names = Counter(PurePosixPath(path).name for path in self.by_path)
        self._by_name = {
            PurePosixPath(path).name: path for path in self.by_path if names[PurePosixPath(path).name] == 1
        }
        self._used: set[str] = set()

    def score_of(self, path: str) -> float | None:
        key = path if path in self.by_path else self._by_name.get(PurePosixPath(path).name)
        if key is None:
            return None
        self._used.add(key)
        return self.by_path[key]

    def unused(self) -> list[str]:
        return sorted(set(self.by_path) - self._used)


def read_scores(file: IO[str], *, score_needed: bool = True) -> Scores:
    """Reads columns path (or image, name) and score (or mos).

    Raises SourceError naming the missing column, or the line whose score is no number. Without `score_needed` the score
    column, or its value, may be missing.
    """
    reader = csv.DictReader(file)
    columns = {name.strip().lower(): name for name in reader.fieldnames or []}
    path = next((columns[name] for name in PATH_COLUMNS if name in columns), None)
    score = next((columns[name] for name in SCORE_COLUMNS if name in columns), None)
    if path is None:
        raise SourceError(
            f"The CSV needs a column path (or {', '.join(PATH_COLUMNS[1:])}); it has {', '.join(columns) or 'none'}."
        )
    if score is None and score_needed:
        raise SourceError(f"The CSV needs a column score (or mos); it has {', '.join(columns)}.")
    try:
        return Scores(
            {row[path]: _number(row[score], reader.line_num) for row in reader if score and row[path] and row[score]}
        )
    except (csv.Error, UnicodeDecodeError) as error:
        raise SourceError(f"The CSV cannot be read near line {reader.line_num}: {error}.") from error


def _number(text: str, line: int) -> float:
    try:
        number = float(text)
    except ValueError as error:
        raise SourceError(f"Line {line} of the CSV: the score {text!r} is not a number.") from error
    if number != number or number in (float("inf"), float("-inf")):
        raise SourceError(f"Line {line} of the CSV: the score {text!r} is not a finite number.")
    return number


def read_paths(file: IO[str]) -> list[str]:
    """The path column alone, in order."""
    reader = csv.DictReader(file)
    columns = {name.strip().lower(): name for name in reader.fieldnames or []}
    path = next((columns[name] for name in PATH_COLUMNS if name in columns), None)
    if path is None:
        raise SourceError(f"The CSV needs a column path; it has {', '.join(columns) or 'none'}.")
    return [row[path] for row in reader if row[path]]
