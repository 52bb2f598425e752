"""`python -m ml.starter FOLDER`: the shipped model from nothing but photographs inside ordinary packages.

Synthetic regions, then both stages of `tiny`. What is finished is kept, so a stopped run goes on where it was. The model
is FOLDER/tiny, with its figures in metrics.json; `--quick` is for seeing that all of it works.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ml import train
from ml.synthesis import build

SEED: Final = 7


@dataclass(frozen=True)
class Plan:
    """`images` are distorted pictures of six regions each; `eyes` and `words` are epochs of stages 0 and 1."""

    images: int
    eyes: float
    words: float


FULL: Final = Plan(images=8000, eyes=6, words=6)
QUICK: Final = Plan(images=1200, eyes=1, words=1.5)


def make(folder: Path, plan: Plan, *, workers: int, device: str) -> Path:
    """Returns the version's folder. Exits with a message where a step does."""
    data, eyes, version = folder / "data", folder / "eyes", folder / "tiny"
    build.main([str(data), *_given(images=plan.images, variants=3, seed=SEED, workers=workers)])
    if not eyes.exists():
        train.main([str(data), *_given(out=eyes, stage=0, epochs=plan.eyes, seed=SEED, device=device), "--resume"])
    if not version.exists():
        stage = _given(out=version, stage=1, epochs=plan.words, seed=SEED, device=device)
        train.main([str(data), *stage, "--from", str(eyes), "--resume"])
    return version


def _given(**options: object) -> list[str]:
    return [text for name, value in options.items() for text in (f"--{name}", str(value))]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m ml.starter", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="takes the data, both stages and the model")
    parser.add_argument("--quick", action="store_true", help="a small one, in a quarter of an hour on two cores")
    parser.add_argument("--workers", type=int, default=2, help="processes that make pictures (default 2)")
    parser.add_argument("--device", default="auto", help="auto, cpu or cuda")
    options = parser.parse_args(arguments)
    print(make(options.folder, QUICK if options.quick else FULL, workers=options.workers, device=options.device))


if __name__ == "__main__":
    main()
