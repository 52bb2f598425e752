"""`python -m ml.synthesis.instructions DIR`: the questions and answers of a build's regions (paper, section 3.3).

Written to DIR/instructions.jsonl in the layout of a `seagull` export: three analyses (AIR) and three judgments (JIR) of
every region. Training asks by itself; this is for other trainers.
"""

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from tqdm import tqdm

from ml.records import RegionRecord, read_records
from ml.seagull.prompts import AFTER_IMAGE, VIEWS, Conversation, conversations

FILE = "instructions.jsonl"


def write_instructions(folder: Path, *, seed: int = 1) -> Path:
    """The same folder and seed give the same bytes; the file appears when it is whole. Raises RecordError."""
    part = folder / f"{FILE}.part"
    with part.open("w", encoding="utf-8") as file:
        for record in tqdm(read_records(folder), desc="regions"):
            file.writelines(json.dumps(line) + "\n" for line in _lines(folder, record, seed))
    return part.replace(folder / FILE)


def _lines(folder: Path, record: RegionRecord, seed: int) -> Iterator[dict[str, object]]:
    rng = random.Random(f"{seed}:{record.id}")  # noqa: S311 - what is asked is no secret
    for asked in conversations(record, rng):
        yield _line(folder, record, asked)


def _line(folder: Path, record: RegionRecord, asked: Conversation) -> dict[str, object]:
    return {
        "id": f"{record.id}-{asked.task}-{asked.kind.lower()}",
        "region": record.id,
        "image": record.image.relative_to(folder).as_posix(),
        "split": record.split,
        "task": asked.task,
        "type": asked.kind,
        "conversations": [
            {"from": "human", "value": f"<image>{AFTER_IMAGE}{VIEWS}. {asked.question}"},
            {"from": "gpt", "value": asked.answer},
        ],
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m ml.synthesis.instructions", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    print(write_instructions(given.folder, seed=given.seed))


if __name__ == "__main__":
    main()
