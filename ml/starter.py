"""`python -m ml.starter FOLDER`: the shipped model, from photographs inside ordinary packages and nothing else.

Synthetic regions of the 59 photographs of things, streets and textures, and again as many of them and of 296 others, most
of them landscapes; then both stages of `tiny`. What is finished is kept, so a stopped run goes on where it was. The model
is FOLDER/tiny, in its metrics.json its figures beside those of regressions; `--quick` is for seeing that all of it works.
"""

import argparse
import json
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ml.evaluate import evaluate_baselines
from ml.seagull.manifest import MANIFEST, describe, write_manifest, write_metrics
from ml.synthesis import build
from ml.synthesis.archives import GatheringError
from ml.synthesis.photographs import MORE, PHOTOGRAPHS, gather
from ml.synthesis.references import HELD_OUT, absent_photographs
from ml.training.trainers import finish

SEED: Final = 7
VARIANTS: Final = 3
"""Distorted pictures of a view: fewer than usual, for more views of few photographs."""
PROCEDURAL: Final = 0.25
ALSO_HELD_OUT: Final = ("fruits", "old-street", "squirrel", "toys", "copy-centre", "mountains")
"""Of Debian's photographs: a still life, a street, an animal, things, lettering, a landscape."""


@dataclass(frozen=True)
class Plan:
    """`images` are distorted pictures of six regions each, as many of the few photographs as of all; `eyes` and `words` are
    epochs of stages 0 and 1.
    """

    images: int
    eyes: float
    words: float


FULL: Final = Plan(images=10_000, eyes=1, words=1)
QUICK: Final = Plan(images=750, eyes=2, words=2)


def make(folder: Path, plan: Plan, *, processes: int, packages: Path | None) -> Path:
    """Returns the version's folder. Exits with a message where a step does; raises GatheringError."""
    if absent := absent_photographs():
        raise GatheringError(f"it learns from {', '.join(absent)}, too: `make install-test` installs what holds them")
    data, eyes, words, version = folder / "data", folder / "eyes", folder / "words" / "tiny", folder / "tiny"
    few, every = folder / "photographs" / "few", folder / "photographs" / "all"
    for known in gather(few, packages):
        every.mkdir(exist_ok=True)
        shutil.copyfile(known, every / known.name)
    gather(every, packages, [*PHOTOGRAPHS, *MORE])
    for photographs in (few, every):
        build.main([*ordered(data / photographs.name, photographs, plan), "--workers", str(processes)])
    if not eyes.exists():
        _train(processes, str(data), *_given(out=eyes, stage=0, epochs=plan.eyes, seed=SEED), "--no-test")
    if not words.exists():
        stage = _given(out=words, stage=1, epochs=plan.words, seed=SEED)
        _train(processes, str(data), *stage, "--from", str(eyes))
    if not version.exists():
        evaluate_baselines([str(data), "--json", str(folder / "baselines.json")])
        ship(words, folder / "baselines.json", version, f"stage 0, epochs {plan.eyes:g}, seed {SEED}")
    return version


def ordered(out: Path, photographs: Path, plan: Plan) -> list[str]:
    """The words by which `ml.synthesis.build` makes what is learnt from."""
    return [
        *(str(out), "--photos", str(photographs), "--installed"),
        *_given(test_sources=",".join([*HELD_OUT, *ALSO_HELD_OUT]), images=plan.images),
        *_given(variants=VARIANTS, procedural=PROCEDURAL, seed=SEED),
    ]


def ship(trained: Path, baselines: Path, version: Path, origin: str) -> None:
    """The same network as a version that stands alone: nobody has its parent, and its figures have regressions' beside them."""
    metrics = dict(describe(trained).metrics)
    metrics["training"] |= {"from": origin}
    metrics["baselines"] = json.loads(baselines.read_text(encoding="utf-8"))
    metrics["baselines"].pop("details")
    part = version.with_name(f".{version.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(trained, part, ignore=shutil.ignore_patterns(MANIFEST))
    write_metrics(part, metrics)
    write_manifest(part, None)
    part.rename(version)


def _train(processes: int, *arguments: str) -> None:
    """On a CPU several processes of one thread learn 1.6 times as fast as one of several threads."""
    command = [sys.executable, "-m", "ml.train", *arguments, "--resume"]
    if processes > 1:
        launch = ("-m", "torch.distributed.run", "--standalone", "--nproc_per_node", str(processes))
        command[1:1] = launch
        command.append("--device=cpu")
    threads = {"OMP_NUM_THREADS": "1"} if processes > 1 else {}
    status = finish(command, environment=os.environ | threads)
    if status:
        raise SystemExit(status)


def _given(**options: object) -> list[str]:
    return [text for name, value in options.items() for text in (f"--{name.replace('_', '-')}", str(value))]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m ml.starter", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="takes the photographs, the data and the model")
    parser.add_argument("--quick", action="store_true", help="a small one, in a quarter of an hour on two cores")
    parser.add_argument("--processes", type=int, default=2, help="on CPUs (default 2); 1 uses a GPU where there is one")
    parser.add_argument(
        "--packages", type=Path, metavar="DIR", help="Debian's and npm's packages, where they cannot be downloaded"
    )
    options = parser.parse_args(arguments)
    plan = QUICK if options.quick else FULL
    try:
        print(make(options.folder, plan, processes=options.processes, packages=options.packages))
    except GatheringError as error:
        raise SystemExit(f"error: {error}") from error


if __name__ == "__main__":
    main()
