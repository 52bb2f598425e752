"""A Hugging Face data set: a folder that `datasets.load_dataset` opens, labels by default and votes as a second config."""

import json

from annotation.enums import Split
from annotation.exchange.card import write_card
from annotation.exchange.columns import LABEL_COLUMNS, VOTE_COLUMNS, label_row, vote_row
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
    def start(self) -> None:
        for name in ("data", "votes"):
            (self.folder / name).mkdir(exist_ok=True)
        self.labels = {split: self._table("data", split) for split in Split.values}
        self.votes = {split: self._table("votes", split) for split in Split.values}

    def _table(self, kind: str, split: str) -> ParquetTable:
        columns = LABEL_COLUMNS if kind == "data" else VOTE_COLUMNS
        return self.files.enter_context(ParquetTable(self.folder / kind / f"{split}-{PART}", columns))

    def add(self, region: RegionFacts) -> None:
        self.labels[region.image.split].add(label_row(region))
        for vote in region.votes:
            self.votes[region.image.split].add(vote_row(region, vote))

    def card(self, counts: Counts) -> str:
        files = {
            "data/": "one row per region, by split; all regions of a photograph are on the same side.",
            "votes/": "the config `votes`: one row per vote on these regions, retracted and surplus ones too.",
        }
        tables = {"data": LABEL_COLUMNS, "votes": VOTE_COLUMNS}
        return metadata(self.header.name, counts) + write_card(self.header, counts, files=files, tables=tables) + USE


def metadata(name: str, counts: Counts) -> str:
    """The YAML that the hub and `datasets` read. A JSON string is a YAML string, whatever is in the name."""
    size = next((words for limit, words in SIZES if counts.regions < limit), "1M<n<10M")
    return (
        f"---\npretty_name: {json.dumps(' '.join(name.split()))}\nsize_categories:\n- {size}\n"
        "tags:\n- image-quality-assessment\n- region-of-interest\n"
        f"configs:\n{_config('labels', 'data', default=True)}{_config('votes', 'votes')}---\n"
    )


def _config(name: str, folder: str, *, default: bool = False) -> str:
    splits = "".join(f"  - split: {split}\n    path: {folder}/{split}-*.parquet\n" for split in Split.values)
    return f"- config_name: {name}\n{'  default: true' + chr(10) if default else ''}  data_files:\n{splits}"
