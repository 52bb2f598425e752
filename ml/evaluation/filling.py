"""A table of the paper from data alone: the versions that are its rows are trained, those that are there are kept."""

import json
import shlex
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Union

from ml.evaluation.tables import SCALES, VARIANTS
from ml.training.trainers import finish

ROWS: Final = {1: ("full",), 2: ("full",), 3: tuple(SCALES), 4: tuple(VARIANTS)}
"""The reports of each table; 1 and 2 have the baselines' beside them."""
NO_PRETRAINING: Final = "no-pretraining"
MATERIAL: Final = "material"
STDERR: Final = 2
"""Where trainers' own output goes, so that the table stands alone."""


class FillingError(ValueError):
    """A table that cannot be filled; the message says why."""


@dataclass(frozen=True, slots=True)
class Material:
    """Without people's `labels` the rows are versions as they are pre-trained on `data`. `base` is the converted weights that
    7b starts from; `options` go to every training."""

    data: Path
    labels: Path | None = None
    preset: str = "tiny"
    base: Path | None = None
    options: tuple[str, ...] = ()

    @property
    def tested(self) -> Path:
        return self.labels or self.data


@dataclass(frozen=True, slots=True)
class Switches:
    """Options of `ml.train` that make a row: in stage 0, in stage 1, and in the last stage that there is."""

    eyes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    last: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A version to train, from another one, from weights that are there or from random ones."""

    name: str
    data: Path
    stage: int
    parent: Union["Step", Path, None]
    switches: tuple[str, ...] = ()


QUARTER, HALF = ("--share", "0.25"), ("--share", "0.5")
NO_LOCAL, NO_GLOBAL = ("--no-local-view",), ("--no-global-view",)
SWITCHES: Final = {
    "full": Switches(),
    "scale-25": Switches(QUARTER, QUARTER),
    "scale-50": Switches(HALF, HALF),
    "no-jir": Switches(last=("--no-jir",)),
    "no-local": Switches(NO_LOCAL, NO_LOCAL, NO_LOCAL),
    "no-global": Switches((), NO_GLOBAL, NO_GLOBAL),
}
"""Stage 0 teaches the encoder through the global view, so that without it there would be nothing to go on from."""


def step_of(row: str, material: Material) -> Step | None:
    """The version that is this row; None for no pre-training where there is nothing else to learn from."""
    if row == NO_PRETRAINING:
        stage = 1 if material.base is None else 2
        return Step(row, material.labels, stage, material.base) if material.labels else None
    own = SWITCHES[row]
    eyes = material.base or Step(_name("eyes", row, own.eyes), material.data, 0, None, own.eyes)
    if material.labels is None:
        both = tuple(dict.fromkeys((*own.words, *own.last)))
        return Step(row, material.data, 1, eyes, both)
    words = Step(_name("pretrained", row, own.words), material.data, 1, eyes, own.words)
    return Step(row, material.labels, 2, words, own.last)


def fill(rows: Iterable[str], material: Material, folder: Path, launch: Sequence[str]) -> None:
    """Trains the rows' versions that are not in `folder` yet, and what they start from; each trainer's own output is shown.

    Raises FillingError for a folder that was filled from something else, and where a training fails.
    """
    if (material.preset == "7b") != (material.base is not None):
        raise FillingError("converted weights (--base) are what 7b starts from, and tiny does not")
    _remember(folder, material)
    versions = [version for row in rows if (version := step_of(row, material))]
    for step in dict.fromkeys(step for version in versions for step in _in_turn(version)):
        if not (folder / step.name).exists():
            _run([*launch, *_training(step, material, folder, tested=step in versions)], step.name)


def _in_turn(step: Step) -> Iterator[Step]:
    if isinstance(step.parent, Step):
        yield from _in_turn(step.parent)
    yield step


def _training(step: Step, material: Material, folder: Path, *, tested: bool) -> list[str]:
    parent = folder / step.parent.name if isinstance(step.parent, Step) else step.parent
    return [
        *("-m", "ml.train", str(step.data), "--out", str(folder / step.name), "--preset", material.preset),
        *("--stage", str(step.stage), *step.switches, *material.options, "--resume"),
        *(() if parent is None else ("--from", str(parent))),
        *(() if tested else ("--no-test",)),
    ]


def _run(command: Sequence[str], name: str) -> None:
    print(shlex.join(command), file=sys.stderr, flush=True)
    status = finish(command, stdout=STDERR)
    if status:
        raise FillingError(f"training {name} ended with status {status}; the same command goes on from there")


def _remember(folder: Path, material: Material) -> None:
    """Rows made from different things are no table."""
    wanted = json.dumps(asdict(material), default=str, indent=1) + "\n"
    file = folder / MATERIAL
    if file.exists() and file.read_text(encoding="utf-8") != wanted:
        raise FillingError(f"{folder} was filled from something else, which {file} says; take another folder")
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(wanted, encoding="utf-8")


def _name(stage: str, row: str, switches: Sequence[str]) -> str:
    """What no switch of the row has changed is shared by all rows."""
    return f"{stage}-{row}" if switches else stage
