"""How much a few hundred voted regions help a small version in a domain that it has not seen.

`python -m benchmarks.adaptation VERSION --photos FOLDER` makes the domain: other photographs than the version learnt
from, each damaged by two distortions at once. 24 simulated annotators, each with a bias and an inconsistency of their
own, vote on the training regions, seven on each; the version is fine-tuned (LoRA, stage 2) on the labels that come of
it, at several sizes, and asked about regions of photographs it has not seen. A line of JSON for each size: SROCC and
PLCC with the hidden truth.
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image
from tqdm import tqdm

from ml.images import read
from ml.records.region import RegionRecord, Split
from ml.synthesis.distortions import KINDS, Kind, distort
from ml.synthesis.labels import Yardstick, label
from ml.synthesis.light import Rgb
from ml.synthesis.masks import masks_of
from ml.synthesis.references import SUFFIXES
from ml.vocabulary import DISTORTIONS

if TYPE_CHECKING:
    from ml.seagull.network import Seagull

ANNOTATORS, VOTES = 24, 7
BIAS_SD, LEAST_INCONSISTENCY, MOST_INCONSISTENCY = 0.3, 0.35, 0.8
"""As the demonstration simulates people."""
NON_EXISTENT = 5
SCALES = (*DISTORTIONS, "quality", "importance")
SIDE, REGIONS = 384, 3
STRENGTHS = range(3, 17)


@dataclass(frozen=True)
class Annotator:
    """`bias` is added to the truth of each scale; `inconsistency` is the deviation of what changes from vote to vote."""

    bias: Mapping[str, float]
    inconsistency: float


def annotators(seed: int) -> list[Annotator]:
    chance = random.Random(f"{seed}:annotators")
    return [annotator(chance) for _ in range(ANNOTATORS)]


def annotator(chance: random.Random) -> Annotator:
    lenience = chance.gauss(0, BIAS_SD)
    bias = {scale: lenience + chance.gauss(0, BIAS_SD / 2) for scale in SCALES}
    return Annotator(bias, chance.uniform(LEAST_INCONSISTENCY, MOST_INCONSISTENCY))


def voted(truth: RegionRecord, people: Sequence[Annotator], seed: int) -> RegionRecord:
    """The record as seven of the people see it: means of their votes, and the majority on whether a type is there."""
    chance = random.Random(f"{seed}:{truth.id}")
    asked = chance.sample(people, VOTES)
    votes = {scale: [vote(person, scale, level(truth, scale), chance) for person in asked] for scale in SCALES}
    found = {
        name: float(np.mean([v for v in votes[name] if v != NON_EXISTENT]))
        for name in DISTORTIONS
        if 2 * votes[name].count(NON_EXISTENT) <= VOTES
    }
    quality, importance = (float(np.mean(votes[scale])) for scale in ("quality", "importance"))
    return replace(truth, quality=quality, importance=importance, distortions=found)


def vote(person: Annotator, scale: str, truth: float, chance: random.Random) -> int:
    said = truth + person.bias[scale] + chance.gauss(0, person.inconsistency)
    return min(NON_EXISTENT if scale in DISTORTIONS else 4, max(0, round(said)))


def level(truth: RegionRecord, scale: str) -> float:
    if scale in DISTORTIONS:
        severity = truth.distortions.get(scale)
        return float(NON_EXISTENT) if severity is None else severity
    return truth.quality if scale == "quality" else truth.importance


def domain(photos: Sequence[Path], split: Split, folder: Path, seed: int) -> list[RegionRecord]:
    """Three regions of each photograph after two distortions, with their true labels."""
    return [record for photo in tqdm(photos, desc=split) for record in mixed(photo, split, folder, seed)]


def mixed(photo: Path, split: Split, folder: Path, seed: int) -> list[RegionRecord]:
    from pycocotools import mask as coco  # slow import

    chance = random.Random(f"{seed}:{photo.name}")
    rng = np.random.default_rng(chance.getrandbits(63))
    reference = fitting(photo)
    masks = masks_of(reference, REGIONS, rng)
    steps: list[tuple[Kind, int, int]] = [
        (kind, chance.choice(STRENGTHS), chance.getrandbits(63)) for kind in chance.sample(KINDS, 2)
    ]
    distorted = reference
    for kind, strength, number in steps:
        distorted = distort(distorted, kind, strength, number)
    path = folder / f"{split}-{photo.stem}.png"
    Image.fromarray(distorted).save(path, compress_level=1)
    together = label(reference, distorted, masks, steps[0][0], Yardstick())
    alone = [label(reference, distort(reference, *step), masks, step[0], Yardstick()) for step in steps]
    return [
        RegionRecord(
            id=f"{path.stem}-{number}",
            image=path,
            source=photo.name,
            split=split,
            size=(reference.shape[0], reference.shape[1]),
            counts=coco.encode(np.asfortranarray(mask, dtype=np.uint8))["counts"].decode("ascii"),
            quality=both.quality,
            importance=both.importance,
            distortions={**one.distortions, **other.distortions},
        )
        for number, (mask, both, one, other) in enumerate(zip(masks, together, *alone, strict=True))
    ]


def fitting(photo: Path) -> Rgb:
    image = Image.fromarray(read(photo))
    image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    return np.asarray(image)


def adapted(version: Path, learnt: Sequence[RegionRecord], folder: Path, options: argparse.Namespace) -> "Seagull":
    """The version after stage 2 on these records; as it is when there are none."""
    from ml.seagull.versions import load_version  # slow import
    from ml.training.loop import Run
    from ml.training.loop import train as learn
    from ml.training.recipes import RECIPES

    seagull = load_version(version)
    if learnt:
        recipe = replace(RECIPES["tiny", 2], epochs=options.epochs or RECIPES["tiny", 2].epochs)
        learn(seagull, learnt, recipe, Run(folder / f"run-{len(learnt)}", options.seed, cache=folder / "prepared"))
    return seagull.eval()


def result(seagull: "Seagull", test: Sequence[RegionRecord], version: str) -> dict[str, object]:
    from ml.evaluation.judging import judge_of  # slow import
    from ml.evaluation.report import evaluate

    report = evaluate(judge_of(seagull), test, version=version, threshold=0.5)
    return {
        way: {"quality": asdict(scores.quality), "importance": asdict(scores.importance), "types": asdict(scores.types)}
        for way, scores in report.ways.items()
    }


def main(arguments: Sequence[str] | None = None) -> None:
    options = parsed(arguments)
    photos = sorted(path for path in options.photos.iterdir() if path.suffix.lower() in SUFFIXES)
    chosen = random.Random(options.seed).sample(photos, (max(options.sizes) // REGIONS) + options.test)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        test = domain(chosen[: options.test], "test", folder, options.seed)
        people = annotators(options.seed)
        truths = domain(chosen[options.test :], "train", folder, options.seed)
        votes = [voted(truth, people, options.seed) for truth in truths]
        for size in sorted({0, *options.sizes}):
            start = time.perf_counter()
            seagull = adapted(options.version, votes[:size], folder, options)
            seconds = time.perf_counter() - start
            scores = result(seagull, test, options.version.name)
            print(json.dumps({"regions": size, "training_seconds": seconds, **scores}), flush=True)


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.adaptation", description=__doc__)
    add = parser.add_argument
    add("version", type=Path, metavar="VERSION", help="a tiny version")
    add("--photos", type=Path, required=True, metavar="FOLDER", help="photographs that the version did not learn from")
    add("--sizes", type=int, nargs="+", default=[75, 150, 300], help="voted regions to learn from")
    add("--test", type=int, default=60, help="photographs held out")
    add("--epochs", type=float, help="passes over the voted regions (default as stage 2)")
    add("--seed", type=int, default=1)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
