"""Real training in two processes: killed without warning, it goes on to the weights of a run that never was."""

import multiprocessing
from pathlib import Path

import pytest

from ml.seagull.versions import save_version
from tests.copies import in_copy
from tests.ml.training.pupils import build_of, photographs, small
from workers.child import ChildFailedError, run_child

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With `data` and the version to start `from`."""
    folder = tmp_path_factory.mktemp("several")
    build_of(folder / "data", photographs(folder / "data", 6, 2))
    save_version(folder / "from", small(), {})
    return folder


def train(folder: Path, name: str, kill: bool = False) -> None:
    def watch() -> None:
        journal = folder / f"{name}.training" / "metrics.jsonl"
        if kill and journal.is_file() and journal.read_text().count("\n") >= 2:
            for process in multiprocessing.active_children():
                process.kill()

    run_child(
        "ml.train",
        [
            *(str(folder / "data"), "--out", str(folder / name), "--stage", "2", "--from", str(folder / "from")),
            *("--device", "cpu", "--epochs", "3", "--batch", "4", "--no-test", "--resume"),
        ],
        log=folder / f"{name}.log",
        watch=watch,
        every=0.02,
        processes=2,
    )


def test_two_processes_that_are_killed_end_with_the_weights_of_two_that_are_not(folder: Path) -> None:
    in_copy(train, folder, "whole")
    with pytest.raises(ChildFailedError):
        in_copy(train, folder, "killed", True)

    in_copy(train, folder, "killed")

    weights = [(folder / name / "weights.safetensors").read_bytes() for name in ("whole", "killed")]
    assert weights[0] == weights[1]
    assert (folder / "killed.training" / "metrics.jsonl").read_text().count("\n") == 9
