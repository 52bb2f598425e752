"""A run's state on disk."""

import json
from pathlib import Path

import pytest
import torch
from torch.optim import AdamW

from ml.seagull.network import Seagull
from ml.training.checkpoints import Position, restore, save, saved
from ml.training.parts import groups, open_parts
from ml.training.recipes import RECIPES
from tests.ml.pictures import everything_under
from tests.ml.training.pupils import small

RECIPE = RECIPES["tiny", 0]


def pupil(seed: int) -> tuple[Seagull, AdamW]:
    seagull = small(seed=seed)
    open_parts(seagull, RECIPE)
    return seagull, AdamW(groups(seagull, RECIPE), lr=0.01)


def stepped(seagull: Seagull, optimizer: AdamW) -> None:
    seagull.heads.quality.weight.grad = torch.ones_like(seagull.heads.quality.weight)
    optimizer.step()
    optimizer.zero_grad()


def position(step: int) -> Position:
    return Position(step=step, epoch=1, index=2, seconds=3.5, run="abc")


def test_a_restored_run_takes_the_same_next_step(tmp_path: Path) -> None:
    one, of_one = pupil(seed=1)
    stepped(one, of_one)
    save(tmp_path, one, of_one, position(7))
    other, of_other = pupil(seed=2)

    found = restore(tmp_path, other, of_other, "abc")
    stepped(one, of_one)
    stepped(other, of_other)

    assert found == position(7)
    assert torch.equal(one.heads.quality.weight, other.heads.quality.weight)


def test_the_last_two_are_kept(tmp_path: Path) -> None:
    seagull, optimizer = pupil(seed=1)

    for step in (1, 2, 10):
        save(tmp_path, seagull, optimizer, position(step))

    assert [path.name for path in saved(tmp_path)] == ["step-00000002", "step-00000010"]


@pytest.mark.parametrize("name", ["position.json", "weights.safetensors", "optimizer.safetensors"])
def test_where_the_last_is_broken_the_one_before_serves(tmp_path: Path, name: str) -> None:
    seagull, optimizer = pupil(seed=1)
    for step in (1, 2):
        save(tmp_path, seagull, optimizer, position(step))
    for broken in (b"", b"\0" * 64):
        (tmp_path / "step-00000002" / name).write_bytes(broken)

        assert restore(tmp_path, seagull, optimizer, "abc") == position(1)


def test_a_checkpoint_that_was_not_finished_does_not_count(tmp_path: Path) -> None:
    seagull, optimizer = pupil(seed=1)
    (tmp_path / "unfinished-step-00000009").mkdir()

    assert restore(tmp_path, seagull, optimizer, "abc") is None


def test_frozen_weights_are_not_written(tmp_path: Path) -> None:
    seagull, optimizer = pupil(seed=1)

    place = save(tmp_path, seagull, optimizer, position(1))

    header = (place / "weights.safetensors").read_bytes()
    names = json.loads(header[8 : 8 + int.from_bytes(header[:8], "little")])
    assert {name.split(".")[0] for name in names if name != "__metadata__"} == {"encoder", "extractor", "heads"}
    assert everything_under(place) == ["optimizer.safetensors", "position.json", "weights.safetensors"]
