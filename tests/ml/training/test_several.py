"""Several processes that learn together, as torchrun starts them and lets them meet."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
import torch

from ml import train
from ml.seagull.manifest import describe
from ml.seagull.network import build
from ml.seagull.presets import PRESETS, SeagullConfig
from ml.seagull.tokens import WordTokens
from ml.seagull.versions import load_version, save_version
from ml.training.loop import METRICS
from ml.training.recipes import RECIPES, Recipe, Weights
from tests.copies import in_copy, run_module
from tests.ml.training.pupils import SMALL, build_of, photographs, small

pytestmark = pytest.mark.slow
PLAIN: Final = replace(SMALL, extractor=replace(SMALL.extractor, statistics=0))
PLAINLY: Final = replace(
    RECIPES["tiny", 0], numbers=0, mirrored=0.0, weights=Weights(language=0.0, scores=1.0, distortions=1.0)
)
"""Nothing is drawn by each process for itself, and all that is lost is a mean over regions."""
ROUNDING: Final = 5e-5
"""Between sums in another order, after three steps at a rate of 1.5e-3."""
TWO: Final = ("--nproc_per_node", "2", "--rdzv-backend", "c10d", "--rdzv-endpoint", "localhost:0")


def learn_together(
    words: Path, arguments: Sequence[str], config: SeagullConfig = SMALL, eyes: Recipe = RECIPES["tiny", 0]
) -> None:
    """torchrun's own launcher, which copies this process in place of starting new ones."""
    from torch.distributed.launcher.api import elastic_launch
    from torch.distributed.run import config_from_args, parse_args

    PRESETS["tiny"], RECIPES["tiny", 0] = config, eyes
    with words.open("wb") as file:
        os.dup2(file.fileno(), 1)
    config, _, _ = config_from_args(parse_args([*TWO, "-m", "ml.train"]))
    config.start_method = "fork"
    elastic_launch(config, run_module)("ml.train", arguments)


@pytest.mark.parametrize("switches", [(), ("--no-local-view",)], ids=str)
def test_two_processes_share_the_steps_of_one_run(switches: Sequence[str], tmp_path: Path) -> None:
    """A weight that is to learn and that nothing reaches would end the second step."""
    data, out, words = tmp_path / "data", tmp_path / "eyes", tmp_path / "words"
    build_of(data, photographs(data, 8, 2))
    how = ("--stage", "0", "--epochs", "1", "--batch", "8", "--device", "cpu", "--no-test", *switches)

    in_copy(learn_together, words, [str(data), "--out", str(out), *how])

    load_version(out)
    said = [json.loads(line) for line in words.read_text().splitlines() if line.startswith("{")]
    assert [(one["sha256"], one["training"]["steps"]) for one in said] == [(describe(out).sha256, 2)]
    lines = (tmp_path / "eyes.training" / METRICS).read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["step"] for line in lines] == [1, 2]


def test_a_step_means_the_same_on_two_processes_and_in_several_passes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of three images in a step one process has two: their regions count, not the processes."""
    data = build_of(tmp_path / "data", photographs(tmp_path / "data", 8, 2))
    how = (str(data), "--stage", "0", "--epochs", "1", "--batch", "6", "--device", "cpu", "--no-test", "--out")
    monkeypatch.setitem(PRESETS, "tiny", PLAIN)
    monkeypatch.setitem(RECIPES, ("tiny", 0), PLAINLY)
    monkeypatch.setenv("OMP_WAIT_POLICY", "PASSIVE")  # the command would set it for good

    train.main([*how, str(tmp_path / "one")])
    train.main([*how, str(tmp_path / "passes"), "--together", "2"])
    in_copy(learn_together, tmp_path / "words", [*how, str(tmp_path / "two")], PLAIN, PLAINLY)

    one, passes, two = (load_version(tmp_path / name).state_dict() for name in ("one", "passes", "two"))
    lines = (tmp_path / "two.training" / METRICS).read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["step"] for line in lines] == [1, 2, 3]
    torch.manual_seed(1)
    start = build(PLAIN, WordTokens.of_this_project()).state_dict()
    for other in (passes, two):
        apart = {name: float((tensor - other[name]).abs().max()) for name, tensor in one.items()}
        assert max(apart.values()) < ROUNDING
    assert max(float((tensor - start[name]).abs().max()) for name, tensor in one.items()) > 20 * ROUNDING


def test_two_processes_encode_every_image_once(tmp_path: Path) -> None:
    data, eyes = tmp_path / "data", tmp_path / "eyes"
    build_of(data, photographs(data, 8, 2))
    save_version(eyes, small(), {})
    how = ("--stage", "1", "--from", str(eyes), "--epochs", "1", "--batch", "8", "--device", "cpu", "--no-test")

    in_copy(learn_together, tmp_path / "words", [str(data), "--out", str(tmp_path / "tiny"), *how])

    load_version(tmp_path / "tiny")
    assert len([*(tmp_path / "data.prepared").rglob("*.safetensors")]) == 8 * 2


def test_torchrun_starts_them_in_interpreters_of_their_own(tmp_path: Path) -> None:
    """As `ml.starter` does, with nothing read beforehand."""
    data, out = tmp_path / "data", tmp_path / "eyes"
    build_of(data, photographs(data, 2, 1))
    launch = ("-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2", "-m", "ml.train")
    words = (
        str(data),
        "--out",
        str(out),
        "--stage",
        "0",
        "--epochs",
        "1",
        "--batch",
        "2",
        "--device",
        "cpu",
        "--no-test",
    )
    around = {**os.environ, "OMP_NUM_THREADS": "1"}

    done = subprocess.run([sys.executable, *launch, *words], env=around, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr[-3000:]
    said = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert [(one["sha256"], one["training"]["steps"]) for one in said] == [(describe(out).sha256, 1)]
