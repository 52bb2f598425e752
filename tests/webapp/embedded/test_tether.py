import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from webapp.embedded.account import server_account
from webapp.embedded.tether import tethered


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone can tie a child to its parent")
def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    code = (
        "import signal, subprocess, sys, time; from webapp.embedded.tether import tethered; "
        "child = subprocess.Popen(tethered(['sleep', '600'], signal.SIGTERM), start_new_session=True); "
        "print(child.pid, flush=True); time.sleep(600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    command_line = Path(f"/proc/{child}/cmdline")
    while b"tether_program" in command_line.read_bytes():  # until it has become the program
        time.sleep(0.01)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 120
    while command_line.exists() and command_line.read_bytes():  # a zombie has none
        assert time.monotonic() < deadline, "the child outlived its parent"
        time.sleep(0.01)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_a_child_of_another_account_has_none_of_roots_groups() -> None:
    account = server_account()
    command = tethered(["id"], signal.SIGTERM, account)
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert told.startswith(f"uid={account.uid}({account.name}) gid={account.gid}")
    assert "(root)" not in told


def test_a_program_that_does_not_exist_says_so() -> None:
    done = subprocess.run(tethered(["/no/such/program"], signal.SIGTERM), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "cannot start /no/such/program: No such file or directory\n")


SAYS_HOW_NICE = "import os, pathlib; print(os.nice(0)); print(pathlib.Path('/proc/self/autogroup').read_text(), end='')"


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="a kernel without groups of sessions")
def test_a_nice_child_stands_back_with_its_whole_session() -> None:
    commands = [tethered([sys.executable, "-c", SAYS_HOW_NICE], signal.SIGTERM, niceness=7) for _ in range(4)]
    children = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) for command in commands
    ]
    said = [child.communicate()[0].split() for child in children]

    assert [(words[0], words[-2:]) for words in said] == [(str(os.nice(0) + 7), ["nice", "7"])] * 4
