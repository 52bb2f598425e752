"""Ctrl-C goes to the whole group of processes; who started the trainer waits until it has saved."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ml.training.trainers import finish

TRAINER = """
import signal, sys, time
from pathlib import Path
folder = Path(sys.argv[1])
def save(number, frame):
    time.sleep(1)
    (folder / "saved").touch()
    sys.exit(130)
signal.signal(signal.SIGINT, save)
print("at work", flush=True)
time.sleep(60)
"""
STARTER = "import sys; from ml.training.trainers import finish; print(finish(sys.argv[1:]), flush=True)"


def test_an_interrupted_trainer_has_time_to_save(tmp_path: Path) -> None:
    (tmp_path / "trainer.py").write_text(TRAINER)
    trainer = [sys.executable, str(tmp_path / "trainer.py"), str(tmp_path)]
    command = [sys.executable, "-c", STARTER, *trainer]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as starter:
        assert starter.stdout is not None
        assert starter.stdout.readline() == "at work\n"
        os.killpg(starter.pid, signal.SIGINT)
        assert starter.stdout.read() == "130\n"

    assert starter.returncode == 0
    assert (tmp_path / "saved").exists()


@pytest.mark.parametrize("given, wanted", [(None, "600"), ("30", "30")])
def test_torchrun_is_told_to_wait_until_large_checkpoints_are_saved(
    tmp_path: Path, given: str | None, wanted: str
) -> None:
    """Read by the class that torchrun makes of its arguments."""
    asked = (
        "import sys; from torch.distributed.launcher.api import LaunchConfig;"
        " open(sys.argv[1], 'w').write(str(LaunchConfig(1, 1, 1).shutdown_timeout))"
    )
    environment = os.environ | ({} if given is None else {"TORCH_ELASTIC_SHUTDOWN_TIMEOUT": given})

    assert finish([sys.executable, "-c", asked, str(tmp_path / "told")], environment=environment) == 0
    assert (tmp_path / "told").read_text() == wanted
