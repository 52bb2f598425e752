import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from webapp.supervisor import lock
from webapp.supervisor.events import PlatformError
from webapp.supervisor.lock import holders, lock_data


def leave_a_child_with_the_lock(data: Path) -> int:
    """What a killed supervisor leaves: a child that still has the lock file open. Returns the child's pid."""
    code = (
        "import pathlib, subprocess, sys; from webapp.supervisor.lock import lock_data; "
        "lock = lock_data(pathlib.Path(sys.argv[1])); "
        "print(subprocess.Popen(['sleep', sys.argv[2]], pass_fds=[lock.descriptor], "
        "stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).pid)"
    )
    told = subprocess.run([sys.executable, "-c", code, str(data), "600"], stdout=subprocess.PIPE, text=True, check=True)
    return int(told.stdout)


def test_the_message_names_the_pid_and_the_address(tmp_path: Path) -> None:
    first = lock_data(tmp_path)
    first.tell("http://127.0.0.1:8000")
    code = "import pathlib, sys; from webapp.supervisor.lock import lock_data; lock_data(pathlib.Path(sys.argv[1]))"
    second = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False)
    holder = json.loads((tmp_path / "up.lock").read_text())
    assert second.stderr.splitlines()[-1] == (
        "webapp.supervisor.events.PlatformError: "
        f"Gullery already runs on {tmp_path} (pid {holder['pid']}, at http://127.0.0.1:8000)."
    )
    first.release()


def test_a_command_that_has_the_database_is_not_called_a_platform(tmp_path: Path) -> None:
    held = lock_data(tmp_path)
    held.tell(command="shell")

    with pytest.raises(PlatformError) as refused:
        lock_data(tmp_path)

    assert str(refused.value) == (
        f"manage.py shell (pid {os.getpid()}) is at work on {tmp_path} and has its database; wait for its end."
    )
    held.release()


def test_a_released_lock_can_be_taken_again(tmp_path: Path) -> None:
    lock_data(tmp_path).release()
    lock_data(tmp_path).release()
    assert holders(tmp_path / "up.lock") == []


@pytest.mark.slow
def test_what_a_killed_supervisor_left_is_ended_after_its_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child = leave_a_child_with_the_lock(tmp_path)
    assert holders(tmp_path / "up.lock") == [child]
    monkeypatch.setattr(lock, "_LEFTOVERS_SECONDS", 0.3)
    lock_data(tmp_path).release()
    deadline = time.monotonic() + 120
    while holders(tmp_path / "up.lock"):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "up.lock").mkdir()
    with pytest.raises(PlatformError) as caught:
        lock_data(tmp_path)
    assert str(caught.value) == f"cannot write in the data folder {tmp_path}: Is a directory"
