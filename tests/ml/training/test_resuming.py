"""A run that goes on: with the same weights at its end, or not at all."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from ml import train as command
from ml.records.region import RegionRecord
from ml.seagull.presets import PRESETS
from ml.seagull.versions import save_version
from ml.training.loop import Run, train
from ml.training.recipes import RECIPES
from ml.training.stopping import Stopped
from tests.ml.training.pupils import SMALL, build_of, photographs, small
from tests.ml.training.test_loop import lines, stop_after, weights

SAID = r"^error: the checkpoint in .* is of a run with another recipe, seed, start, views or records; to begin anew, delete"


@pytest.mark.parametrize("stage", [0, 1])
def test_a_first_stage_that_was_stopped_ends_with_the_same_weights(
    stage: int, records: list[RegionRecord], run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With all that comes before and within its first steps: statistics alone, mirrored pictures, a blind model."""
    recipe = replace(RECIPES["tiny", stage], batch=4, epochs=1)
    assert (recipe.numbers, recipe.mirrored, recipe.blind) == ((4, 0.5, 0.0), (4, 0.0, 0.3))[stage]
    usual, other = replace(run, fresh=stage == 0), replace(run, fresh=stage == 0, folder=tmp_path / "other")
    whole, resumed = small(), small()
    train(whole, records, recipe, usual)
    stop_after(1, monkeypatch)
    with pytest.raises(Stopped):
        train(small(), records, recipe, other)
    monkeypatch.undo()

    train(resumed, records, recipe, replace(other, resume=True))

    wanted, found = weights(whole), weights(resumed)
    assert [name for name in wanted if not torch.equal(found[name], wanted[name])] == []
    assert [line["loss"] for line in lines(other)] == [line["loss"] for line in lines(usual)]
    assert [line["step"] for line in lines(other)] == [1, 2, 3, 4, 5]


@pytest.fixture
def stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The command of a run that was stopped after its first step."""
    monkeypatch.setitem(PRESETS, "tiny", SMALL)
    monkeypatch.setenv("OMP_WAIT_POLICY", "PASSIVE")  # the command would set it for good
    records = photographs(tmp_path / "data", 4, 2)
    build_of(tmp_path / "data", records)
    for seed in (1, 2):
        save_version(tmp_path / f"eyes-{seed}", small(seed=seed), {})
    how = ["--stage", "1", "--batch", "4", "--epochs", "1", "--device", "cpu", "--no-test", "--no-local-view"]
    told = [str(tmp_path / "data"), "--out", str(tmp_path / "out"), "--from", str(tmp_path / "eyes-1"), *how]
    with monkeypatch.context() as patch:
        stop_after(1, patch)
        with pytest.raises(SystemExit, match=r"^143$"):
            command.main(told)
    return [*told, "--resume"]


def test_a_run_goes_on_as_the_run_it_was_or_not_at_all(stopped: list[str], tmp_path: Path) -> None:
    """Another start and another view were once taken for the same run, or ended with a KeyError."""
    elsewhere = [one.replace("eyes-1", "eyes-2") for one in stopped]
    both_views = [one for one in stopped if one != "--no-local-view"]

    for other in (elsewhere, both_views, [*stopped, "--no-global-view"], [*stopped, "--no-jir"]):
        with pytest.raises(SystemExit, match=SAID):
            command.main(other)
    *others, last = photographs(tmp_path / "data", 4, 2)
    build_of(tmp_path / "data", [*others, replace(last, quality=3.25)])
    with pytest.raises(SystemExit, match=SAID):
        command.main(stopped)
    build_of(tmp_path / "data", [*others, last])

    command.main(stopped)

    assert (tmp_path / "out").is_dir()
