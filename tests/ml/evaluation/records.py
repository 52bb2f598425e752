"""Records of tests: regions of drawn pictures, without an annotator or a builder."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image
from pycocotools import mask as coco

from ml.records.region import RegionRecord, Split

SIDE = 64


def make_record(
    number: int,
    *,
    image: Path = Path("picture.png"),
    source: str | None = None,
    split: Split = "test",
    quality: float = 2.0,
    importance: float = 1.0,
    distortions: dict[str, float | None] | None = None,
) -> RegionRecord:
    """A square of 32 pixels whose place depends on the number."""
    mask = np.zeros((SIDE, SIDE), dtype=np.uint8, order="F")
    mask[number % 32 : number % 32 + 32, 8:40] = 1
    counts = coco.encode(mask)["counts"].decode("ascii")
    source = image.stem if source is None else source
    found = {} if distortions is None else distortions
    return RegionRecord(str(number), image, source, split, (SIDE, SIDE), counts, quality, importance, found)


def write_picture(path: Path, seed: int) -> Path:
    pixels = np.random.default_rng(seed).integers(0, 256, size=(SIDE, SIDE, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path)
    return path


def write_build(folder: Path, records: Sequence[RegionRecord]) -> Path:
    """The records as `ml.records.read_records` finds them; their images lie in the folder."""
    rows = [
        {
            "id": record.id,
            "image": record.image.name,
            "source": record.source,
            "split": record.split,
            "size": list(record.size),
            "counts": record.counts,
            "quality": record.quality,
            "importance": record.importance,
            "distortions": dict(record.distortions),
        }
        for record in records
    ]
    (folder / "shard.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    (folder / "index.json").write_text(json.dumps({"shards": [{"file": "shard.jsonl"}]}))
    return folder
