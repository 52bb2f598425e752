"""Several processes that learn together, as `accelerate launch` and `torchrun` start them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ml.seagull.manifest import describe
from ml.seagull.versions import load_version
from ml.training.loop import METRICS
from tests.ml.training.pupils import build_of, photographs

pytestmark = pytest.mark.slow
TWO = ("-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2")


def test_two_processes_share_the_steps_of_one_run(tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "eyes"
    build_of(data, photographs(data, 8, 2))
    how = ("--stage", "0", "--epochs", "1", "--batch", "8", "--device", "cpu", "--no-test")
    command = [sys.executable, *TWO, "-m", "ml.train", str(data), "--out", str(out), *how]

    done = subprocess.run(
        command,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    load_version(out)
    said = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert [(one["sha256"], one["training"]["steps"]) for one in said] == [(describe(out).sha256, 2)]
    lines = (tmp_path / "eyes.training" / METRICS).read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["step"] for line in lines] == [1, 2]
