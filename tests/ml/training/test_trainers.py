"""Ctrl-C goes to the whole group of processes; who started the trainer waits until it has saved."""

import os
import signal
import subprocess
import sys
from pathlib import Path

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
