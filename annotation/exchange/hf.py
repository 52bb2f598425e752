"""A Hugging Face data set: a folder that `datasets.load_dataset` opens, labels by default and votes as a second config."""

import json
from collections.abc import Collection

from annotation.enums import Split
from annotation.exchange.card import write_card
from annotation.exchange.columns import LABEL_COLUMNS, label_row
from annotation.exchange.parquet import ParquetTable
from annotation.exchange.records import Counts, RegionFacts
from annotation.exchange.writer import Writer

PART = "00000-of-00001.parquet"
SIZES = [(1000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M")]
USE = """
## Loading

```python
from datasets import load_dataset

labels = load_dataset("path/to/this/folder")
votes = load_dataset("path/to/this/folder", "votes")
```
"""


class HuggingFaceWriter(Writer):
    """A split without rows has no file: `datasets` refuses empty ones."""

    def start(self) -> None:
        self.tables: dict[tuple[str, str], ParquetTable] = {}
        self.columns = {"data": LABEL_COLUMNS, "votes": self.vote_columns}

    def _table(self, kind: str, split: str) -> ParquetTable:
        if (kind, split) not in self.tables:
            path = self.folder / kind / f"{split}-{PART}"
            path.parent.mkdir(exist_ok=True)
            self.tables[kind, split] = self.files.enter_context(ParquetTable(path, self.columns[kind]))
        return self.tables[kind, split]

    def add(self, region: RegionFacts) -> None:
        self._table("data", region.image.split).add(label_row(region))
        for row in self.vote_rows(region):
            self._table("votes", region.image.split).add(row)

    def card(self, counts: Counts) -> str:
        files = {
            "data/": "one row per region, by split; all regions of a photograph are on the same side.",
            "votes/": "the config `votes`: one row per vote on these regions, retracted and surplus ones too.",
        }
        head = metadata(self.header.name, counts, list(self.tables))
        return head + write_card(self.header, counts, files=files, tables=self.columns) + USE


def metadata(name: str, counts: Counts, parts: Collection[tuple[str, str]]) -> str:
    """The YAML that the hub and `datasets` read."""
    size = next((words for limit, words in SIZES if counts.regions < limit), "1M<n<10M")
    configs = _config("labels", "data", parts, default=True) + _config("votes", "votes", parts)
    return (
        f"---\npretty_name: {quoted(' '.join(name.split()))}\nsize_categories:\n- {size}\n"
        f"tags:\n- image-quality-assessment\n- region-of-interest\n{'configs:' if configs else ''}\n{configs}---\n"
    )


def quoted(text: str) -> str:
    """For YAML: as JSON has it, but for characters that YAML takes as numbers alone, which JSON would write in two halves."""
    return "".join(one if one.isprintable() else f"\\U{ord(one):08x}" for one in json.dumps(text, ensure_ascii=False))


def _config(name: str, folder: str, parts: Collection[tuple[str, str]], *, default: bool = False) -> str:
    splits = [split for split in Split.values if (folder, split) in parts]
    if not splits:
        return ""
    files = "".join(f"  - split: {split}\n    path: {folder}/{split}-*.parquet\n" for split in splits)
    return f"- config_name: {name}\n" + ("  default: true\n" if default else "") + f"  data_files:\n{files}"
