import re
import sys
import time
from pathlib import Path

import pytest

from webapp.supervisor.console import Console
from webapp.supervisor.events import Event, Kind, PlatformError
from webapp.supervisor.patience import Patience
from webapp.supervisor.process import Program
from webapp.supervisor.stages import Post, run_step


def slow_program(file: Path, **fields: float) -> Program:
    """Ready when the file is there."""
    words = "import pathlib, sys, time\nwhile not pathlib.Path(sys.argv[1]).exists(): time.sleep(0.02)"
    command = [sys.executable, "-c", words, str(file)]
    return Program(name="web", command=command, folder=Path("/"), environment={}, answers=file.exists, **fields)


def test_words_come_at_ten_seconds_and_each_doubling() -> None:
    patience = Patience()

    assert [second for second in range(0, 400, 5) if patience.is_due(second)] == [10, 20, 40, 80, 160, 320]
    assert (patience.is_due(2000), patience.is_due(2001)) == (True, False)


def test_who_waits_for_a_program_is_told_that_it_still_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Patience, "first_seconds", 0.001)
    file, console, heard = tmp_path / "ready", Console(), list[Kind]()

    def listen(event: Event) -> None:
        heard.append(event.kind)
        console(event)
        file.touch()

    post = Post(slow_program(file), tmp_path / "logs", listen)
    while not post.ready:
        post.look()
        time.sleep(0.01)

    assert heard == [Kind.WAITING, Kind.READY]
    said = capsys.readouterr().out.splitlines()[0][4:]
    assert re.fullmatch(r"web                 still starts after \d+ s; it may take 300", said)
    assert post.child
    post.child.kill()


def test_a_long_step_tells_that_it_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Patience, "first_seconds", 0.001)
    file, heard = tmp_path / "ready", list[Kind]()

    def listen(event: Event) -> None:
        heard.append(event.kind)
        file.touch()

    run_step(slow_program(file), tmp_path / "logs", listen, lambda: None)

    assert (heard[0], heard[-1]) == (Kind.WAITING, Kind.READY)


def test_a_program_that_is_never_ready_ends_the_start(tmp_path: Path) -> None:
    post = Post(slow_program(tmp_path / "never", ready_seconds=0.0), tmp_path / "logs", lambda event: None)

    with pytest.raises(PlatformError, match=r"web was not ready after 0 s; its log .*web\.log ends:"):
        post.look()
    assert post.child
    post.child.kill()
