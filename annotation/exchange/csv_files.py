"""CSV: labels.csv and votes.csv, flat, and harmless in a spreadsheet."""

import csv
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType

from annotation.exchange.card import write_card
from annotation.exchange.columns import LABEL_COLUMNS, Column, Row, Value, label_row
from annotation.exchange.records import Counts, RegionFacts
from annotation.exchange.writer import Writer

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
NOTE = """
Text that begins with one of `= + - @ '`, a tab or a line break has an apostrophe put before it, so that no spreadsheet
takes it for a formula; a program drops one leading apostrophe. Numbers are never touched.
"""


FLAGS: dict[Value, str] = {True: "true", False: "false", None: ""}


def safe(text: Value) -> Value:
    """Text a spreadsheet shows and does not compute. An apostrophe of its own is doubled, so that it can be undone."""
    return f"'{text}" if isinstance(text, str) and text.startswith(FORMULA_STARTS) else text


class CsvTable(AbstractContextManager["CsvTable"]):
    """A column of counts becomes one column per level: blur_histogram_0, blur_histogram_1, ..."""

    def __init__(self, path: Path, columns: tuple[Column, ...]) -> None:
        self._texts = [place for place, column in enumerate(columns) if column.kind == "text"]
        self._flags = [place for place, column in enumerate(columns) if column.kind == "flag"]
        self._nested = any(column.kind == "counts" for column in columns)
        self._file = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file, lineterminator="\r\n")
        self._writer.writerow([name for column in columns for name in flat_names(column)])

    def add(self, row: Row) -> None:
        cells: list[Value] = list(row)
        for place in self._texts:
            cells[place] = safe(row[place])
        for place in self._flags:
            cells[place] = FLAGS[row[place]]
        self._writer.writerow(_flat(cells) if self._nested else cells)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def flat_names(column: Column) -> list[str]:
    if column.kind == "counts":
        return [f"{column.name}_{level}" for level in range(column.length)]
    return [column.name]


def _flat(cells: list[Value]) -> Iterator[Value]:
    for cell in cells:
        if isinstance(cell, tuple):
            yield from cell
        else:
            yield cell


class CsvWriter(Writer):
    def start(self) -> None:
        self.labels = self.files.enter_context(CsvTable(self.folder / "labels.csv", LABEL_COLUMNS))
        self.votes = self.files.enter_context(CsvTable(self.folder / "votes.csv", self.vote_columns))

    def add(self, region: RegionFacts) -> None:
        self.labels.add(label_row(region))
        for row in self.vote_rows(region):
            self.votes.add(row)

    def card(self, counts: Counts) -> str:
        files = {
            "labels.csv": "one row per region; a histogram is one column per level.",
            "votes.csv": "one row per vote, retracted and surplus ones too.",
        }
        tables = {"labels.csv": LABEL_COLUMNS, "votes.csv": self.vote_columns}
        return write_card(self.header, counts, files=files, tables=tables) + NOTE
