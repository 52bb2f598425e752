"""All export formats by name, and one pass over a snapshot that writes any of them."""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import IO

from annotation.enums import ExportFormat
from annotation.exchange.archive import PIECE, Tick
from annotation.exchange.coco import CocoWriter
from annotation.exchange.csv_files import CsvWriter
from annotation.exchange.hf import HuggingFaceWriter
from annotation.exchange.meter import Meter
from annotation.exchange.parquet import ParquetWriter
from annotation.exchange.records import ImageFacts
from annotation.exchange.report.writer import ReportWriter
from annotation.exchange.seagull import SeagullWriter
from annotation.exchange.snapshot_file import SnapshotReader
from annotation.exchange.writer import Writer

WRITERS: dict[str, type[Writer]] = {
    ExportFormat.SEAGULL: SeagullWriter,
    ExportFormat.CSV: CsvWriter,
    ExportFormat.PARQUET: ParquetWriter,
    ExportFormat.COCO: CocoWriter,
    ExportFormat.HF: HuggingFaceWriter,
    ExportFormat.REPORT: ReportWriter,
}
OpenImage = Callable[[ImageFacts], AbstractContextManager[IO[bytes]]]
"""Opens a photograph's original bytes."""


class ImageLostError(OSError):
    """A photograph's original is gone from the store, or is not what it was."""


def write_formats(
    reader: SnapshotReader,
    folders: dict[str, Path],
    meter: Meter,
    open_image: OpenImage | None = None,
    language: str = "en",
) -> None:
    """Writes each format into its folder; with `open_image` the originals too, under images/. Counts rows on the meter.

    Raises ImageLostError.
    """
    writers = [WRITERS[name](folder, reader.header, language) for name, folder in folders.items()]
    last = None
    with ExitStack() as opened:
        for writer in writers:
            opened.callback(writer.close)
        for region in reader.regions():
            if open_image is not None and region.image.id != last:
                last = region.image.id
                _copy(region.image, open_image, list(folders.values()), meter.tick)
            for writer in writers:
                writer.add(region)
            meter.add(1 + len(region.votes))
        for writer in writers:
            writer.finish(reader.counts)
    meter.tell()


def _copy(image: ImageFacts, open_image: OpenImage, folders: Sequence[Path], tick: Tick) -> None:
    for folder in folders:
        target = folder / image.file
        target.parent.mkdir(exist_ok=True)
        sha256 = hashlib.sha256()
        with open_image(image) as source, target.open("wb") as sink:
            while piece := source.read(PIECE):
                sha256.update(piece)
                sink.write(piece)
                tick()
        if sha256.hexdigest() != image.sha256:
            raise ImageLostError(f"The original of {image.name} is damaged; import that photograph again.")
