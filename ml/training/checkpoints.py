"""A run's state on disk, without pickle: a folder written beside its place and renamed into it."""

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.optim import Optimizer

from ml.seagull.network import Seagull
from ml.training.parts import trained

KEPT: Final = 2


class CheckpointError(ValueError):
    """A checkpoint that does not belong to this run."""


@dataclass(frozen=True)
class Position:
    """`step` counts optimizer steps since the start; `index` is the next step within `epoch`; `seconds` of training.

    `run` is `identity.fingerprint`. Nothing random needs keeping: each step is seeded by its number.
    """

    step: int
    epoch: int
    index: int
    seconds: float
    run: str


def save(folder: Path, seagull: Seagull, optimizer: Optimizer, position: Position) -> Path:
    """Only weights that are trained. Older checkpoints than the last two are removed."""
    place = folder / f"step-{position.step:08d}"
    unfinished = folder / f"unfinished-{place.name}"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    weights = {name: parameter.detach().cpu().contiguous() for name, parameter in trained(seagull)}
    save_file(weights, unfinished / "weights.safetensors")
    save_file(_flat(optimizer), unfinished / "optimizer.safetensors")
    (unfinished / "position.json").write_text(json.dumps(asdict(position)) + "\n", encoding="utf-8")
    shutil.rmtree(place, ignore_errors=True)
    unfinished.rename(place)
    for old in saved(folder)[:-KEPT]:
        shutil.rmtree(old)
    return place


def saved(folder: Path) -> list[Path]:
    """Oldest first."""
    return sorted(folder.glob("step-*"))


def check_none(folder: Path) -> None:
    """Raises CheckpointError where a run was stopped: hours of work do not go because an option was forgotten."""
    if saved(folder):
        raise CheckpointError(
            f"a stopped run lies in {folder}: go on with --resume, or delete that folder to begin anew"
        )


def restore(folder: Path, seagull: Seagull, optimizer: Optimizer, run: str) -> Position | None:
    """Fills model and optimizer from the last checkpoint that is whole; None where there is none. Raises CheckpointError."""
    found = next(filter(None, map(_read, reversed(saved(folder)))), None)
    if found is None:
        return None
    position, weights, state = found
    if position.run != run:
        raise CheckpointError(
            f"the checkpoint in {folder} is of a run with another recipe, seed, start, views or records; "
            "to begin anew, delete that folder"
        )
    for name, parameter in trained(seagull):
        parameter.data.copy_(weights[name])
    _fill(optimizer, state)
    return position


def _read(place: Path) -> tuple[Position, dict[str, Tensor], dict[str, Tensor]] | None:
    """Where it was, weights and the optimizer's state; None for files that a machine without power left in pieces."""
    try:
        position = Position(**json.loads((place / "position.json").read_text(encoding="utf-8")))
        return position, load_file(place / "weights.safetensors"), load_file(place / "optimizer.safetensors")
    except (OSError, ValueError, TypeError, SafetensorError):
        return None


def _flat(optimizer: Optimizer) -> dict[str, Tensor]:
    """`7.exp_avg` is parameter 7's, in the order of the groups."""
    state = optimizer.state_dict()["state"]
    return {
        f"{number}.{name}": tensor.detach().cpu().contiguous()
        for number, of_parameter in state.items()
        for name, tensor in of_parameter.items()
    }


def _fill(optimizer: Optimizer, flat: dict[str, Tensor]) -> None:
    state: dict[int, dict[str, Tensor]] = {}
    for key, tensor in flat.items():
        number, name = key.split(".", 1)
        state.setdefault(int(number), {})[name] = tensor
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
