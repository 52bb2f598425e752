"""Agreement as a table: a row for each statistic of each scale, of everything and of each batch."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from annotation.exchange.columns import Column
from annotation.exchange.csv_files import CsvTable
from annotation.exchange.records import rounded

if TYPE_CHECKING:
    from annotation.aggregation.agreement import Agreement
    from annotation.aggregation.batches import Batch

AGREEMENT = (
    Column("scale", "text", "One of the eight, or all distortions."),
    Column("batch", "integer", "1, 2, ... in the order of the regions' first votes; empty for all regions."),
    Column("begun", "time", "When the batch had its first vote, UTC."),
    Column("regions", "integer", "With votes that count."),
    Column("votes", "integer", "That count."),
    Column("statistic", "text", "As the documentation of statistics explains them."),
    Column("value", "number", "Empty where the votes cannot tell."),
    Column("low", "number", "Lower end of the 95 % interval over photographs."),
    Column("high", "number", "Upper end of the 95 % interval over photographs."),
)


def write_agreement(path: Path, found: "Mapping[str, Agreement]", batches: "Mapping[str, Sequence[Batch]]") -> None:
    with CsvTable(path, AGREEMENT) as table:
        for scale, one in found.items():
            _add(table, scale, None, None, one)
            for number, batch in enumerate(batches.get(scale, ()), start=1):
                _add(table, scale, number, datetime.fromtimestamp(batch.moment, UTC).isoformat(), batch.found)


def _add(table: CsvTable, scale: str, number: int | None, begun: str | None, one: "Agreement") -> None:
    for name, estimate in one.statistics.items():
        ends = (rounded(estimate.value), rounded(estimate.low), rounded(estimate.high))
        table.add((scale, number, begun, one.regions, one.votes, name, *ends))
