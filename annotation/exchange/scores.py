"""Outside scores: a CSV with a path and a number per line."""

import csv
import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import IO

from annotation.exchange.sources import SourceError
from annotation.exchange.tables import table

PATH_COLUMNS = ("path", "image", "name", "file", "filename")
SCORE_COLUMNS = ("score", "mos")


class Scores:
    """Scores by path as written. An image is found by its whole path, or by its file name where that is unique.

    `listed` are all paths of the table, those without a score too. `images` are the paths a file name must be unique among;
    without them any image of that name is meant.
    """

    def __init__(self, by_path: Mapping[str, float], images: Iterable[str] = (), listed: Iterable[str] = ()) -> None:
        self.by_path = by_path
        self._listed = {_composed(path) for path in listed}
        self._keys = {_composed(path): path for path in by_path}
        names = Counter(PurePosixPath(key).name for key in self._listed | self._keys.keys())
        self._by_name = {
            PurePosixPath(key).name: path for key, path in self._keys.items() if names[PurePosixPath(key).name] == 1
        }
        self._images = Counter(PurePosixPath(_composed(image)).name for image in images)
        self._used: set[str] = set()

    def among(self, images: Iterable[str]) -> "Scores":
        return Scores(self.by_path, images, self._listed)

    def score_of(self, image: str) -> float | None:
        key = _composed(image)
        path = self._keys.get(key)
        if path is None and key not in self._listed and self._images[PurePosixPath(key).name] < 2:
            path = self._by_name.get(PurePosixPath(key).name)
        if path is None:
            return None
        self._used.add(path)
        return self.by_path[path]

    def unused(self) -> list[str]:
        return sorted(set(self.by_path) - self._used)

    def ambiguous(self, path: str) -> bool:
        """Whether more than one image, or more than one of these paths, has the file name of this one."""
        name = PurePosixPath(_composed(path)).name
        return self._images[name] > 1 or (self._images[name] == 1 and name not in self._by_name)


def _composed(path: str) -> str:
    """A letter and its accent as one character, and slashes between folders: some systems write others."""
    return unicodedata.normalize("NFC", path).replace("\\", "/")


def read_scores(file: IO[str], *, score_needed: bool = True) -> Scores:
    """Reads columns path (or image, name) and score (or mos).

    Raises SourceError naming the missing column, the line whose score is no number, or the path with two scores. Without
    `score_needed` the score column, or its value, may be missing.
    """
    scores, wrong = judged_scores(file, score_needed=score_needed)
    if wrong:
        raise SourceError(wrong[0])
    return scores


def judged_scores(file: IO[str], *, score_needed: bool = True) -> tuple[Scores, list[str]]:
    """The scores and, of each line that will not do, why not. Raises SourceError for a file that is no such table."""
    found: dict[str, tuple[str, float]] = {}
    listed, wrong = [], []
    for line, path, text in _lines(file, score_needed=score_needed):
        listed.append(path)
        try:
            if text and found.setdefault(_composed(path), (path, score := _number(text, line)))[1] != score:
                wrong.append(f"Line {line} of the CSV: {path!r} has another score further up.")
        except SourceError as error:
            wrong.append(str(error))
    return Scores(dict(found.values()), listed=listed), wrong


def read_paths(file: IO[str]) -> list[str]:
    """The path column alone, in order. Raises SourceError."""
    return [path for _, path, _ in _lines(file, score_needed=False)]


def _lines(file: IO[str], *, score_needed: bool) -> Iterator[tuple[int, str, str]]:
    """Line number, path and score as written, of each line with a path."""
    line = 0
    try:
        reader = table(file)
        columns = {name.strip().lower(): name for name in reader.fieldnames or []}
        path, score = _column(columns, PATH_COLUMNS), _column(columns, SCORE_COLUMNS)
        if path is None:
            known = f"path (or {', '.join(PATH_COLUMNS[1:])})"
            raise SourceError(f"The CSV needs a column {known}; it has {', '.join(columns) or 'none'}.")
        if score is None and score_needed:
            raise SourceError(f"The CSV needs a column score (or mos); it has {', '.join(columns)}.")
        line = 1
        for row in reader:
            line = reader.line_num
            if row[path]:
                yield line, row[path], ((row[score] if score else "") or "").strip()
    except (csv.Error, UnicodeDecodeError) as error:
        raise SourceError(f"The CSV cannot be read near line {line + 1}: {error}.") from error


def _column(columns: Mapping[str, str], names: Iterable[str]) -> str | None:
    return next((columns[name] for name in names if name in columns), None)


def _number(text: str, line: int) -> float:
    try:
        number = float(text)
    except ValueError as error:
        raise SourceError(f"Line {line} of the CSV: the score {text!r} is not a number.") from error
    if not math.isfinite(number):
        raise SourceError(f"Line {line} of the CSV: the score {text!r} is not a finite number.")
    return number
