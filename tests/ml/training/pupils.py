"""A made-up data set with right answers that can be seen, and a network that is small enough for a test."""

import json
import random
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter
from pycocotools import mask as coco

from ml.records.region import RegionRecord
from ml.seagull.network import Seagull, build
from ml.seagull.presets import TINY, EncoderConfig, ExtractorConfig, LanguageConfig, SeagullConfig
from ml.seagull.tokens import WordTokens
from tests.ml.pictures import disc, scene

SMALL = replace(
    TINY,
    encoder=EncoderConfig(64, (1, 1, 1, 1), (8, 12, 16, 24), "overlap", 0.3, eye_maps=4),
    extractor=ExtractorConfig(16, 2, 32, 16, statistics=TINY.extractor.statistics),
    language=LanguageConfig(160, 48, 2, 4, 96, 512, lora_rank=4, lora_alpha=8, lora_dropout=0.1),
)


def small(config: SeagullConfig = SMALL, seed: int = 3) -> Seagull:
    import torch

    torch.manual_seed(seed)
    return build(config, WordTokens.of_this_project())


def photographs(
    folder: Path, images: int, regions: int = 2, *, size: tuple[int, int] = (96, 128)
) -> list[RegionRecord]:
    """Sharp and blurred ones in turn: the sharp are excellent and clean."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(5)
    records = []
    for number in range(images):
        blur = number % 3
        picture = Image.fromarray(np.roll(scene(*size), 11 * number, axis=1)).filter(ImageFilter.GaussianBlur(2 * blur))
        path = folder / f"{number:03d}.png"
        picture.save(path)
        for region in range(regions):
            x, y = rng.uniform(20, size[1] - 20), rng.uniform(20, size[0] - 20)
            records.append(record(f"{number}-{region}", path, disc(*size, x, y, rng.uniform(10, 25)), blur))
    return records


def build_of(folder: Path, records: Sequence[RegionRecord]) -> Path:
    """The records as a synthetic build's one shard; their images lie in `folder`."""
    rows = [
        {**asdict(record), "image": record.image.name, "distortions": dict(record.distortions)} for record in records
    ]
    (folder / "shard.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (folder / "index.json").write_text(json.dumps({"shards": [{"file": "shard.jsonl"}]}), encoding="utf-8")
    return folder


def record(name: str, path: Path, mask: np.ndarray, blur: int) -> RegionRecord:
    counts = coco.encode(np.asfortranarray(mask.astype(np.uint8)))["counts"].decode("ascii")
    height, width = mask.shape
    found = {"blur": 4.0 - 2.0 * blur} if blur else {}
    return RegionRecord(name, path, path.stem, "train", (height, width), counts, 4.0 - 1.5 * blur, 2.0 * blur, found)
