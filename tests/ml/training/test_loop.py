"""Training itself: learns, goes on after a kill as if nothing had been, changes only what it should."""

import json
import os
import shutil
import signal
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from ml.records.region import RecordError, RegionRecord
from ml.seagull.network import Seagull
from ml.training import loop
from ml.training.checking import by_image
from ml.training.checkpoints import CheckpointError, saved
from ml.training.loop import CHECKPOINTS, METRICS, DivergedError, Run, train
from ml.training.numbers import learn_numbers
from ml.training.pictures import Pictures
from ml.training.pupil import Pupil
from ml.training.recipes import RECIPES
from ml.training.schedule import share_of_rate
from ml.training.stopping import Stopped
from tests.ml.training.pupils import SMALL, photographs, small

EYES = replace(RECIPES["tiny", 0], batch=8, epochs=2)
WHOLE = replace(RECIPES["tiny", 1], batch=8, epochs=2, numbers=0, paces={})
TUNED = replace(RECIPES["tiny", 2], batch=6, epochs=1)


def weights(seagull: Seagull) -> dict[str, Tensor]:
    return {name: tensor.clone() for name, tensor in seagull.state_dict().items()}


def own(name: str) -> str:
    """A weight's name before LoRA was put around it."""
    return (
        name.replace("language.model.model.", "language.model.")
        .replace("language.model.lm_head", "language.lm_head")
        .replace(".base_layer", "")
    )


def same(tensor: Tensor, before: Tensor | None) -> bool:
    return before is not None and torch.equal(tensor, before)


def lines(run: Run) -> list[dict[str, float]]:
    return [json.loads(line) for line in (run.folder / METRICS).read_text(encoding="utf-8").splitlines()]


def stop_after(steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A SIGTERM to this process during a forward pass."""
    forward, passes = Pupil.forward, iter(range(1, 1000))

    def counted(self: Pupil, *arguments: Sequence[object]) -> object:
        if next(passes) == steps:
            os.kill(os.getpid(), signal.SIGTERM)
        return forward(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Pupil, "forward", counted)


class KilledError(Exception):
    """Ends a run where it stands."""


def killed_in(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    forward, passes = Pupil.forward, iter(range(1, 1000))

    def counted(self: Pupil, *arguments: Sequence[object]) -> object:
        if next(passes) == step:
            raise KilledError
        return forward(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Pupil, "forward", counted)


def test_a_run_that_was_stopped_ends_with_the_same_weights(
    records: list[RegionRecord], run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, resumed, other = small(), small(), replace(run, folder=tmp_path / "other")
    train(whole, records, TUNED, run)
    stop_after(2, monkeypatch)

    with pytest.raises(Stopped, match=r"^stopped and saved after step 2; the same command with --resume goes on$"):
        train(resumed, records, TUNED, other)
    monkeypatch.undo()
    again = small()
    train(again, records, TUNED, replace(other, resume=True))

    assert all(torch.equal(tensor, weights(whole)[name]) for name, tensor in weights(again).items())
    assert not all(torch.equal(tensor, weights(whole)[name]) for name, tensor in weights(resumed).items())
    assert [line["step"] for line in lines(other)] == [1, 2, 3]
    assert [line["loss"] for line in lines(other)] == [line["loss"] for line in lines(run)]


def test_a_run_that_was_killed_goes_back_to_its_last_checkpoint_and_ends_with_the_same_weights(
    records: list[RegionRecord], run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is saved when it happens, and the step after the last checkpoint is taken again."""
    whole, other = small(), replace(run, folder=tmp_path / "other", save_every=0.0)
    train(whole, records, TUNED, run)
    killed_in(3, monkeypatch)
    with pytest.raises(KilledError):
        train(small(), records, TUNED, other)
    monkeypatch.undo()
    first, second = saved(other.folder / CHECKPOINTS)
    shutil.rmtree(second)
    assert first.name == "step-00000001"
    again = small()

    train(again, records, TUNED, replace(other, resume=True))

    assert all(torch.equal(tensor, weights(whole)[name]) for name, tensor in weights(again).items())
    assert [line["step"] for line in lines(other)] == [1, 2, 3]


def test_a_run_whose_end_failed_does_not_train_again(
    records: list[RegionRecord], run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Measuring or writing the version comes after the last step, and may run out of memory or of disk."""
    whole, again = small(), small()
    train(whole, records, TUNED, run)
    monkeypatch.delattr(loop, "_learn")

    assert train(again, records, TUNED, replace(run, resume=True)) == 3

    assert all(torch.equal(tensor, weights(whole)[name]) for name, tensor in weights(again).items())
    assert [line["step"] for line in lines(run)] == [1, 2, 3]


def test_a_stopped_run_is_not_begun_anew_unless_it_was_put_away(
    records: list[RegionRecord], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_after(2, monkeypatch)
    with pytest.raises(Stopped):
        train(small(), records, EYES, run)
    monkeypatch.undo()
    before = lines(run)

    with pytest.raises(CheckpointError, match=r"^a stopped run lies in .*: go on with --resume, or delete that folder"):
        train(small(), records, EYES, run)

    assert (len(saved(run.folder / CHECKPOINTS)), lines(run)) == (1, before)


def test_a_checkpoint_of_another_run_is_refused(
    records: list[RegionRecord], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_after(1, monkeypatch)
    with pytest.raises(Stopped):
        train(small(), records, EYES, run)

    with pytest.raises(CheckpointError, match="is of a run with another recipe, seed, start, views or records"):
        train(small(), records[:-2], EYES, replace(run, resume=True))


def test_signals_have_their_old_meaning_after_training(records: list[RegionRecord], run: Run) -> None:
    before = signal.getsignal(signal.SIGTERM)

    train(small(), records[:4], replace(EYES, epochs=1), run)

    assert signal.getsignal(signal.SIGTERM) is before


def test_lora_changes_adapter_extractor_and_heads_and_never_the_encoder(records: list[RegionRecord], run: Run) -> None:
    seagull = small()
    before = weights(seagull)

    train(seagull, records, TUNED, run)

    changed = {name for name, tensor in weights(seagull).items() if not same(tensor, before.get(own(name)))}
    assert {name.split(".")[0] for name in changed} == {"extractor", "heads", "language"}
    assert all(".lora_" in name for name in changed if name.startswith("language."))


def test_eyes_are_trained_without_the_language_model(records: list[RegionRecord], run: Run) -> None:
    seagull = small()
    before = weights(seagull)

    train(seagull, records, EYES, run)

    changed = {name.split(".")[0] for name, tensor in weights(seagull).items() if not torch.equal(tensor, before[name])}
    assert changed == {"encoder", "extractor", "heads"}
    line = "step epoch seconds progress loss scores correlation distortions types rate regions_per_second"
    assert list(lines(run)[-1]) == line.split()


def test_cached_levels_give_the_loss_that_pixels_give(records: list[RegionRecord], run: Run, tmp_path: Path) -> None:
    cached, direct = replace(run, fresh=False), replace(run, fresh=False, folder=tmp_path / "direct", cache=None)

    train(small(), records, WHOLE, cached)
    train(small(), records, WHOLE, direct)

    assert [line["loss"] for line in lines(direct)] == pytest.approx([line["loss"] for line in lines(cached)], rel=0.01)


def test_a_network_that_is_not_fresh_learns_the_numbers_anew_and_keeps_their_scale(
    records: list[RegionRecord], run: Run
) -> None:
    seagull, alone = small(), small()
    pictures = Pictures(by_image(records), SMALL)
    statistics = torch.cat([pictures.statistics(image) for image in range(len(pictures.images))])
    asked = [record for of_image in pictures.images for record in of_image]
    still = {"extractor.local_view.statistics": 0.0, "heads": 0.0}

    train(seagull, records, replace(WHOLE, numbers=2, paces=still), replace(run, fresh=False))
    learn_numbers(alone, statistics, asked, WHOLE.weights, epochs=2, seed=run.seed)

    after, wanted = weights(seagull), weights(alone)
    taught = [name for name in wanted if name.startswith(tuple(still))]
    assert [name for name in taught if not torch.equal(after[name], wanted[name])] == []
    assert torch.equal(after["extractor.local_view.statistics.0.mean"], torch.zeros(SMALL.extractor.statistics))


def test_a_run_of_one_step_learns(records: list[RegionRecord], run: Run) -> None:
    """Its rate was once zero."""
    seagull = small()
    before = weights(seagull)

    steps = train(seagull, records[:2], replace(EYES, numbers=0, epochs=1), run)

    assert (steps, lines(run)[0]["rate"]) == (1, EYES.rate)
    changed = {name.split(".")[0] for name, tensor in weights(seagull).items() if not same(tensor, before[name])}
    assert changed == {"encoder", "extractor", "heads"}


def test_a_run_with_a_step_of_warm_up_has_all_of_it(records: list[RegionRecord], run: Run) -> None:
    recipe = replace(EYES, numbers=0, epochs=1, warmup=0.4)

    train(small(), records, recipe, run)

    wanted = [recipe.rate * share_of_rate(step / 3, recipe.warmup) for step in range(3)]
    assert [line["rate"] for line in lines(run)] == pytest.approx(wanted, rel=1e-5)
    assert wanted[0] == 0.0


def test_the_clock_ends_a_run_and_its_schedule(records: list[RegionRecord], run: Run) -> None:
    steps = train(small(), records, replace(EYES, epochs=1000), replace(run, minutes=0.02))

    assert steps == len(lines(run))
    assert lines(run)[-1]["rate"] < EYES.rate


def test_a_step_in_several_passes_is_the_step_in_one(records: list[RegionRecord], run: Run, tmp_path: Path) -> None:
    recipe = replace(WHOLE, weights=replace(WHOLE.weights, correlation=0.0, language=0.0), epochs=0.5)
    one, several = small(), small()
    train(one, records, recipe, run)

    train(several, records, replace(recipe, together=2), replace(run, folder=tmp_path / "other"))

    assert lines(run)[0]["loss"] == pytest.approx(lines(replace(run, folder=tmp_path / "other"))[0]["loss"], rel=1e-4)


def test_a_broken_image_is_named_before_training(records: list[RegionRecord], run: Run, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.png"
    damaged.write_bytes(records[0].image.read_bytes()[:2000])

    with pytest.raises(RecordError, match=r"^record 8-1: image .*damaged\.png cannot be read"):
        train(small(), [*records[:-1], replace(records[-1], image=damaged)], EYES, run)
    assert not (run.folder / METRICS).exists()


def test_degenerate_masks_are_learnt_from_without_harm(tmp_path: Path, run: Run) -> None:
    few = photographs(tmp_path / "odd", 3, 1)
    nothing, everything, one = "PT2", "0PT2", "Z]11bf1"
    odd = [replace(record, counts=counts) for record, counts in zip(few, (nothing, everything, one), strict=True)]

    train(small(), odd, replace(WHOLE, batch=2), run)

    assert all(line["loss"] < 100.0 for line in lines(run))


def test_a_loss_that_is_no_number_ends_the_run_at_once(records: list[RegionRecord], run: Run) -> None:
    with pytest.raises(DivergedError, match=r"^the loss of step 2 is no number: "):
        train(small(), records, replace(EYES, rate=1e30, numbers=0), run)

    steps = [json.loads(line)["step"] for line in (run.folder / METRICS).read_text().splitlines()]
    assert steps == [1]
