"""Several processes that learn together, as torchrun starts them and lets them meet."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from ml.seagull.manifest import describe
from ml.seagull.versions import load_version, save_version
from ml.training.loop import METRICS
from tests.copies import in_copy, run_module
from tests.ml.training.pupils import build_of, photographs, small

pytestmark = pytest.mark.slow
TWO = ("--nproc_per_node", "2", "--rdzv-backend", "c10d", "--rdzv-endpoint", "localhost:0")


def learn_together(words: Path, arguments: Sequence[str]) -> None:
    """torchrun's own launcher, which copies this process in place of starting new ones."""
    from torch.distributed.launcher.api import elastic_launch
    from torch.distributed.run import config_from_args, parse_args

    with words.open("wb") as file:
        os.dup2(file.fileno(), 1)
    config, _, _ = config_from_args(parse_args([*TWO, "-m", "ml.train"]))
    config.start_method = "fork"
    elastic_launch(config, run_module)("ml.train", arguments)


def test_two_processes_share_the_steps_of_one_run(tmp_path: Path) -> None:
    data, out, words = tmp_path / "data", tmp_path / "eyes", tmp_path / "words"
    build_of(data, photographs(data, 8, 2))
    how = ("--stage", "0", "--epochs", "1", "--batch", "8", "--device", "cpu", "--no-test")

    in_copy(learn_together, words, [str(data), "--out", str(out), *how])

    load_version(out)
    said = [json.loads(line) for line in words.read_text().splitlines() if line.startswith("{")]
    assert [(one["sha256"], one["training"]["steps"]) for one in said] == [(describe(out).sha256, 2)]
    lines = (tmp_path / "eyes.training" / METRICS).read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["step"] for line in lines] == [1, 2]


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
