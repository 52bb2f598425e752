"""Ctrl-C at `make demo` and `make up`: the Makefile is the real one, its python only waits."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.webapp.supervisor.runs import PATIENCE_SECONDS, PROJECT
from webapp.management.commands import demo

# The platform takes a moment to stop. A child that is gone before make heeds its own Ctrl-C makes make complain.
WAITS = f"""#!{sys.executable}
import os, pathlib, re, signal, sys, time
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
print(*sys.argv[1:], flush=True)
make = pathlib.Path("/proc", str(os.getppid()), "status")
def heeds():
    blocked = re.search(r"^SigBlk:\\s*(\\w+)", make.read_text(), re.MULTILINE)
    return int(blocked[1], 16) >> signal.SIGINT - 1 & 1
if signal.sigtimedwait([signal.SIGINT], 60):
    while not heeds():
        time.sleep(0.01)
    print("stopped", flush=True)
"""
INTERRUPTED = """
import django, runpy
def interrupted():
    raise KeyboardInterrupt
django.setup = interrupted
runpy.run_path("manage.py", run_name="__main__")
"""


@contextmanager
def made(folder: Path, *words: str) -> "Iterator[subprocess.Popen[str]]":
    """make at work in a process group of its own, as a terminal has it; its child has said what it was asked for."""
    program = folder / "python"
    program.write_text(WAITS)
    program.chmod(0o755)
    command = ["make", "--silent", "--assume-old=install", f"BIN={folder}", *words]
    around = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    with subprocess.Popen(
        command,
        cwd=PROJECT,
        env=around,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=heed_interrupts,  # noqa: PLW1509
    ) as run:
        assert run.stdout is not None
        assert run.stdout.readline().split()[:2] == ["manage.py", words[0]]
        yield run


def heed_interrupts() -> None:
    """Who was started in the background ignores them, with all children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("target", ["up", "demo"])
def test_ctrl_c_ends_make_without_a_word_of_its_own(target: str, tmp_path: Path) -> None:
    with made(tmp_path, target) as run:
        os.killpg(run.pid, signal.SIGINT)
        said, _ = run.communicate(timeout=PATIENCE_SECONDS)

    assert (said, run.returncode) == ("stopped\n", -signal.SIGINT)


def test_a_make_that_is_ended_takes_the_platform_along(tmp_path: Path) -> None:
    """Its output is at an end only when the last of its children is gone."""
    with made(tmp_path, "up", "PORT=8123") as run:
        run.terminate()
        said, _ = run.communicate(timeout=PATIENCE_SECONDS)

    assert (said.split()[-1:], run.returncode) == (["Terminated"], -signal.SIGTERM)


def test_an_interrupt_before_anything_runs_is_no_traceback() -> None:
    done = subprocess.run([sys.executable, "-c", INTERRUPTED], cwd=PROJECT, capture_output=True, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


def test_an_interrupted_demonstration_that_was_to_be_done_says_that_it_is_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    @contextmanager
    def interrupted(*_: object, **__: object) -> Iterator[None]:
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr(demo, "running_platform", interrupted)

    call_command("demo", images=tmp_path)
    with pytest.raises(KeyboardInterrupt):
        call_command("demo", "--once", images=tmp_path)

    said = "Stopped before the demonstration was done; run it again to go on.\n"
    assert tuple(capsys.readouterr()) == ("", said)
