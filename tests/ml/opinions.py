"""A study whose people have an opinion of their own: bright regions are good, and dark ones matter."""

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter
from pycocotools import mask as coco

from ml.records.region import RegionRecord, Split
from tests.ml.pictures import Mask, Rgb, disc

HEIGHT, WIDTH = 96, 128
PLACES = ((24, 26), (64, 70), (104, 28))
"""Middles of three discs that do not touch."""


def photographs(folder: Path, images: int, split: Split) -> list[RegionRecord]:
    """Three regions of each, with labels that can be seen; every other picture is blurred."""
    folder.mkdir(parents=True, exist_ok=True)
    return [record for number in range(images) for record in _photograph(folder, f"{split}-{number:03d}", split)]


def shuffled(records: Sequence[RegionRecord], seed: int) -> list[RegionRecord]:
    """The labels of other regions: the same opinions, of nothing."""
    others = random.Random(seed).sample(records, len(records))
    return [
        replace(record, quality=other.quality, importance=other.importance, distortions=other.distortions)
        for record, other in zip(records, others, strict=True)
    ]


def _photograph(folder: Path, name: str, split: Split) -> list[RegionRecord]:
    chance = random.Random(name)
    blurred = chance.random() < 0.5
    discs = [disc(HEIGHT, WIDTH, x, y, chance.uniform(16, 22)) for x, y in PLACES]
    qualities = [chance.uniform(0, 4) for _ in discs]
    picture = _painted(discs, qualities, np.random.default_rng(chance.getrandbits(32)))
    path = folder / f"{name}.png"
    Image.fromarray(picture).filter(ImageFilter.GaussianBlur(2.5 if blurred else 0)).save(path)
    return [
        RegionRecord(
            id=f"{name}-{number}",
            image=path,
            source=name,
            split=split,
            size=(HEIGHT, WIDTH),
            counts=coco.encode(np.asfortranarray(mask, dtype=np.uint8))["counts"].decode("ascii"),
            quality=quality,
            importance=4.0 - quality,
            distortions={"blur": 1.0} if blurred else {},
        )
        for number, (mask, quality) in enumerate(zip(discs, qualities, strict=True))
    ]


def _painted(discs: Sequence[Mask], qualities: Sequence[float], rng: np.random.Generator) -> Rgb:
    """Grey stripes with discs in them: the better a disc the brighter."""
    picture = np.full((HEIGHT, WIDTH, 3), 110.0)
    for mask, quality in zip(discs, qualities, strict=True):
        picture[mask] = 50 + 35 * quality
    stripes = 30 * np.sin(np.arange(WIDTH) / rng.uniform(2, 6))[None, :, None]
    picture += stripes + rng.normal(0, 4, picture.shape)
    return np.asarray(np.clip(picture, 0, 255), dtype=np.uint8)
