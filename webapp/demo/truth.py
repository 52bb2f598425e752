"""The hidden truth of the demonstration: what a perfect annotator would say about each region."""

import csv
import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from annotation.models import Image, Region
from annotation.opinion import DISTORTIONS

Truth = dict[str, float]
"""A real number per scale: distortions 0 (extreme) to 5 (non-existent), quality and importance 0 to 4."""

LOCAL_QUALITY = 0.25  # how much the quality of regions differs within an image
SEEN = {0: 0.35, 1: 0.5, 2: 0.7, 3: 0.85, 4: 0.97}  # quality that is left beside one distortion of a level


@dataclass(frozen=True, slots=True)
class ImageTruth:
    """Distortions of an image, everywhere or inside `area` (x, y, width, height), and its quality."""

    distortions: Mapping[str, float]
    quality: float
    area: tuple[int, int, int, int] | None = None


def read_manifest(path: Path) -> dict[str, ImageTruth]:
    """The truth of the sample photographs by their path: what was done to them is known."""
    with path.open(newline="") as file:
        return {row["path"]: _from_row(row) for row in csv.DictReader(file)}


def _from_row(row: Mapping[str, str]) -> ImageTruth:
    x, y, width, height = [int(part) for part in row["area"].split()] or (0, 0, 0, 0)
    levels = {name: float(row[name]) for name in DISTORTIONS}
    return ImageTruth(levels, float(row["quality"]), (x, y, width, height) if width else None)


def invent(image: Image, seed: int, lowest: float, highest: float) -> ImageTruth:
    """A truth for a photograph nothing is known about; an outside score, if there is one, sets its quality."""
    chance = random.Random(f"{seed}:{image.sha256}")
    if image.outside_mos is not None and highest > lowest:
        quality = 4 * (image.outside_mos - lowest) / (highest - lowest)
    else:
        quality = chance.triangular(0.2, 3.9, 2.6)
    levels = dict.fromkeys(DISTORTIONS, 5.0)
    for name in chance.sample(
        DISTORTIONS, k=chance.choice([0, 1, 1, 2]) if quality > 1.5 else chance.choice([1, 2, 2])
    ):
        levels[name] = min(5.0, max(0.0, chance.gauss(quality, 0.7)))
    return ImageTruth(levels, quality)


def truth_of(image: ImageTruth, region: Region, size: tuple[int, int], seed: int) -> Truth:
    """The truth of one region: its image's, unless the distortion lies elsewhere, and what is its own.

    Drawn by what the region is and not by its number, which depends on which of two workers was sooner.
    """
    chance = random.Random(f"{seed}:{region.image.sha256}:{region.x}:{region.y}:{region.width}:{region.height}")
    touched = image.area is None or _overlap(image.area, region) > 0.5
    quality = image.quality
    if not touched:
        quality = min(4.0, quality / min(SEEN[min(4, int(level))] for level in [4.0, *image.distortions.values()]))
    share = min(1.0, 4 * region.area / (size[0] * size[1]))
    importance = (2.4 if region.level == "object" else 1.2) + 1.4 * share + chance.gauss(0, 0.5)
    truth = {name: _near(level, chance) if touched else 5.0 for name, level in image.distortions.items()}
    return truth | {
        "quality": min(4.0, max(0.0, quality + chance.gauss(0, LOCAL_QUALITY))),
        "importance": min(4.0, max(0.0, importance)),
    }


def _near(level: float, chance: random.Random) -> float:
    return 5.0 if level >= 5 else min(4.4, max(0.0, level + chance.gauss(0, 0.3)))


def _overlap(area: tuple[int, int, int, int], region: Region) -> float:
    """The share of the region's box that lies inside the area."""
    x, y, width, height = area
    across = min(x + width, region.x + region.width) - max(x, region.x)
    down = min(y + height, region.y + region.height) - max(y, region.y)
    return max(0, across) * max(0, down) / (region.width * region.height)


def truths_of(images: Mapping[int, ImageTruth], regions: list[Region], seed: int) -> dict[int, Truth]:
    """By region id. The regions come with their image."""
    return {
        region.pk: truth_of(images[region.image_id], region, (region.image.width, region.image.height), seed)
        for region in regions
    }
