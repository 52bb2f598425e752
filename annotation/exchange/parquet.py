"""Parquet: the same tables, typed, in row groups that are written as they fill."""

from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any

from annotation.exchange.card import write_card
from annotation.exchange.columns import LABEL_COLUMNS, Column, Row, label_row
from annotation.exchange.records import Counts, RegionFacts
from annotation.exchange.writer import Writer

ROW_GROUP = 5000
BATCH = 250
"""Rows kept as Python's objects, which take ten times the room of Arrow's."""


class ParquetTable(AbstractContextManager["ParquetTable"]):
    def __init__(self, path: Path, columns: tuple[Column, ...]) -> None:
        import pyarrow.parquet  # slow import

        self._columns = columns
        self._schema = schema_of(columns)
        # A relative path like "v2:labels" would be taken for an address.
        self._file = pyarrow.parquet.ParquetWriter(path.absolute(), self._schema, compression="zstd")
        self._rows: list[Row] = []
        self._batches: list[Any] = []

    def add(self, row: Row) -> None:
        self._rows.append(row)
        if len(self._rows) >= BATCH:
            self._pack()
        if len(self._batches) * BATCH >= ROW_GROUP:
            self._flush()

    def _pack(self) -> None:
        import pyarrow  # slow import

        if not self._rows:
            return
        cells = zip(self._columns, self._schema, zip(*self._rows, strict=True), strict=True)
        arrays = [_array(column, field.type, values) for column, field, values in cells]
        self._batches.append(pyarrow.RecordBatch.from_arrays(arrays, schema=self._schema))
        self._rows.clear()

    def _flush(self) -> None:
        import pyarrow  # slow import

        self._pack()
        if self._batches:
            self._file.write_table(pyarrow.Table.from_batches(self._batches, schema=self._schema).combine_chunks())
            self._batches.clear()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._flush()
        self._file.close()


def schema_of(columns: tuple[Column, ...]) -> Any:
    import pyarrow  # slow import

    kinds = {
        "text": pyarrow.string(),
        "integer": pyarrow.int64(),
        "number": pyarrow.float64(),
        "flag": pyarrow.bool_(),
        "time": pyarrow.timestamp("us", tz="UTC"),
        "counts": pyarrow.list_(pyarrow.int32()),
    }
    return pyarrow.schema([pyarrow.field(column.name, kinds[column.kind]) for column in columns])


def _array(column: Column, kind: Any, values: tuple[Any, ...]) -> Any:
    import pyarrow  # slow import

    if column.kind != "time":
        return pyarrow.array(values, type=kind)
    naive = [value[:-1] if value else None for value in values]  # "Z" off: pyarrow casts plain ISO 8601 fastest
    return (
        pyarrow.array(naive).cast(pyarrow.timestamp("us")).cast(kind) if any(naive) else pyarrow.nulls(len(naive), kind)
    )


class ParquetWriter(Writer):
    def start(self) -> None:
        self.labels = self.files.enter_context(ParquetTable(self.folder / "labels.parquet", LABEL_COLUMNS))
        self.votes = self.files.enter_context(ParquetTable(self.folder / "votes.parquet", self.vote_columns))

    def add(self, region: RegionFacts) -> None:
        self.labels.add(label_row(region))
        for row in self.vote_rows(region):
            self.votes.add(row)

    def card(self, counts: Counts) -> str:
        files = {
            "labels.parquet": "one row per region; histograms are lists.",
            "votes.parquet": "one row per vote, retracted and surplus ones too.",
        }
        return write_card(
            self.header,
            counts,
            files=files,
            tables={"labels.parquet": LABEL_COLUMNS, "votes.parquet": self.vote_columns},
        )
