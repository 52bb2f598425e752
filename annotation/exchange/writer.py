"""What every export format is: it opens files in a folder, takes regions one by one, and ends with a card."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from annotation.exchange.columns import Row, vote_columns, vote_row
from annotation.exchange.records import Counts, Header, RegionFacts


class Writer(ABC):
    """Holds one region, or a row group, at a time. `finish` ends the files; `close` alone abandons them.

    `language` is that of pages for people; data are the same in every language.
    """

    def __init__(self, folder: Path, header: Header, language: str = "en") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.header, self.language = folder, header, language
        self.vote_columns = vote_columns(header)
        self.files = ExitStack()
        self.start()

    @abstractmethod
    def start(self) -> None:
        """Opens the files, each entered into `files`."""

    @abstractmethod
    def add(self, region: RegionFacts) -> None: ...

    def vote_rows(self, region: RegionFacts) -> Iterator[Row]:
        """In the columns of `vote_columns`."""
        for vote in region.votes:
            yield vote_row(region, vote)[: len(self.vote_columns)]

    @abstractmethod
    def card(self, counts: Counts) -> str:
        """The README.md in Markdown."""

    def finish(self, counts: Counts) -> None:
        self.close()
        (self.folder / "README.md").write_text(self.card(counts), encoding="utf-8", newline="\n")

    def close(self) -> None:
        self.files.close()
