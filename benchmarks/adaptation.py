"""How much a few hundred voted regions help a small version in a domain that it has not seen.

`python -m benchmarks.adaptation VERSION --photos FOLDER` makes the domain: other photographs than the version learnt
from, each damaged by two distortions at once. Its people judge as the version has learnt to (`same`), or `otherwise`:
by light and colour, forgiving noise and compression. 24 simulated annotators, each with a bias and an inconsistency of
their own, vote on the training regions, seven on each; the version is fine-tuned (LoRA, stage 2) on the labels that
come of it, at several sizes, and asked about regions of photographs it has not seen. A line of JSON for each opinion
and size: agreement with the hidden truth, and by how much quality's SROCC differs from that of the version as it was.
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image
from tqdm import tqdm

from benchmarks.voting import annotators, otherwise, voted
from ml.evaluation.bootstrap import Estimate
from ml.evaluation.report import Answers, ask, report_of
from ml.evaluation.resampling import differences, of_order
from ml.images import read
from ml.records.region import RegionRecord, Split
from ml.synthesis.distortions import KINDS, Kind, distort
from ml.synthesis.labels import Yardstick, label
from ml.synthesis.light import Rgb
from ml.synthesis.masks import masks_of
from ml.synthesis.references import SUFFIXES

if TYPE_CHECKING:
    from ml.seagull.network import Seagull

OPINIONS: Mapping[str, Callable[[RegionRecord], RegionRecord]] = {"otherwise": otherwise, "same": lambda truth: truth}
SIDE, REGIONS = 384, 3
STRENGTHS = range(3, 17)
ROUNDS, ENDS = 2000, (0.025, 0.975)


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
        run = Run(folder / f"run-{len(learnt)}", options.seed, cache=folder.parent / "prepared")
        learn(seagull, learnt, recipe, run)
    return seagull.eval()


def asked(seagull: "Seagull", test: Sequence[RegionRecord], version: str) -> Answers:
    from ml.evaluation.judging import judge_of  # slow import

    return ask(judge_of(seagull), test, version=version)


def result(answers: Answers, before: Answers, version: str) -> dict[str, object]:
    report = report_of(answers, version=version, threshold=0.5)
    said = {
        way: {"quality": asdict(scores.quality), "importance": asdict(scores.importance), "types": asdict(scores.types)}
        for way, scores in report.ways.items()
    }
    return {"quality_srocc_gained": asdict(gained(answers, before)), **said}


def gained(answers: Answers, before: Answers) -> Estimate:
    """In SROCC of quality, with the interval over photographs of the difference itself."""
    truth, old, new = (
        np.array([one.quality for one in side]) for side in (answers.records, before.judged(), answers.judged())
    )
    gain = of_order(truth, old, new)
    sources = [record.source for record in answers.records]
    low, high = np.quantile(differences({"gain": gain}, sources, rounds=ROUNDS, seed=1)["gain"], ENDS)
    return Estimate(float(gain(np.ones((1, len(truth))))[0]), float(low), float(high))


def curve(opinion: str, records: Sequence[RegionRecord], folder: Path, options: argparse.Namespace) -> None:
    """Prints a line for each size; the first, without training, is what the others are compared with."""
    people, seen = annotators(options.seed), [OPINIONS[opinion](record) for record in records]
    test = [record for record in seen if record.split == "test"]
    votes = [voted(record, people, options.seed) for record in seen if record.split == "train"]
    before = None
    for size in sorted({0, *options.sizes}):
        start = time.perf_counter()
        seagull = adapted(options.version, votes[:size], folder / opinion, options)
        seconds = time.perf_counter() - start
        answers = asked(seagull, test, options.version.name)
        before = before or answers
        line = {"opinion": opinion, "regions": len(votes[:size]), "training_seconds": seconds}
        print(json.dumps({**line, **result(answers, before, options.version.name)}), flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    options = parsed(arguments)
    photos = sorted(path for path in options.photos.iterdir() if path.suffix.lower() in SUFFIXES)
    chosen = random.Random(options.seed).sample(photos, -(-max(options.sizes) // REGIONS) + options.test)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        test = domain(chosen[: options.test], "test", folder, options.seed)
        train = domain(chosen[options.test :], "train", folder, options.seed)
        for opinion in options.opinions:
            curve(opinion, [*test, *train], folder, options)


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.adaptation", description=__doc__)
    add = parser.add_argument
    add("version", type=Path, metavar="VERSION", help="a tiny version")
    add("--photos", type=Path, required=True, metavar="FOLDER", help="photographs that the version did not learn from")
    add("--opinions", nargs="+", choices=OPINIONS, default=[*OPINIONS])
    add("--sizes", type=int, nargs="+", default=[75, 150, 300], help="voted regions to learn from")
    add("--test", type=int, default=150, help="photographs held out")
    add("--epochs", type=float, help="passes over the voted regions (default as stage 2)")
    add("--seed", type=int, default=1)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
