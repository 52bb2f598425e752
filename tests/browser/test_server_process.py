"""The server that tests kill is itself left over by nobody, however its masters end."""

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.workers.test_killed_workers import is_alive

PATIENCE_SECONDS = 60
KEEPER = """
import sys, time
from tests.browser import server_process
server_process.serve = lambda port: (print("serves", file=sys.stderr, flush=True), time.sleep(600))
server_process.obey(0)
"""
MASTER = f"""
import subprocess, sys, time
keeper = subprocess.Popen([sys.executable, "-c", {KEEPER!r}], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
keeper.stdin.write("start\\n")
keeper.stdin.flush()
print(keeper.pid, keeper.stdout.readline(), end="", flush=True)
time.sleep(600)
"""


def wait_until_gone(*pids: int) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while left := [pid for pid in pids if is_alive(pid)]:
        assert time.monotonic() < until, left
        time.sleep(0.02)


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_who_gave_the_commands_is_killed_and_nobody_is_left(end: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", MASTER], stdout=subprocess.PIPE, text=True) as master:
        assert master.stdout is not None
        keeper, server = map(int, master.stdout.readline().split())
        assert is_alive(keeper)
        assert is_alive(server)
        master.send_signal(end)

    wait_until_gone(keeper, server)


def test_a_keeper_that_is_killed_takes_its_server_along() -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", KEEPER], stdin=pipe, stdout=pipe, stderr=pipe, text=True) as keeper:
        assert keeper.stdin is not None
        assert keeper.stdout is not None
        assert keeper.stderr is not None
        keeper.stdin.write("start\n")
        keeper.stdin.flush()
        server = int(keeper.stdout.readline())
        assert keeper.stderr.readline() == "serves\n"
        os.kill(keeper.pid, signal.SIGKILL)

    wait_until_gone(server)
