"""Children for real: short programs in files, run as modules."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from workers import child
from workers.child import ChildFailedError, log_of, places, run_child, tail

TOGETHER = """
import os, sys, time
names = ("RANK", "LOCAL_RANK", "WORLD_SIZE", "LOCAL_WORLD_SIZE", "MASTER_ADDR")
print(*(os.environ.get(name, "-") for name in names), *sys.argv[1:], flush=True)
"""
FAILS_AT_ONCE = """
import sys
print("reading images", flush=True)
sys.exit("error: no such record")
"""
ONE_FAILS = """
import os, sys, time
print("reading images", flush=True)
if os.environ["RANK"] == "1":
    print("record 6 is fine", flush=True)
    sys.exit("error: no such record")
time.sleep(60)
"""
ONE_IS_KILLED = """
import os, signal, sys, time
print("step", os.environ["RANK"], flush=True)
if os.environ["RANK"] == "2":
    os.kill(os.getpid(), signal.SIGKILL)
sys.exit("error: connection closed by peer")
"""
FOR_EVER = """
import time
print("begun", flush=True)
time.sleep(60)
"""
Program = Callable[[str], str]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Makes a module of a text; its name."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def written(text: str) -> str:
        (tmp_path / "for_a_test.py").write_text(text)
        return "for_a_test"

    return written


def nothing() -> None:
    pass


def test_one_child_is_alone_and_has_no_place(program: Program, tmp_path: Path) -> None:
    spent = run_child(program(TOGETHER), ["a", "b"], log=tmp_path / "log", watch=nothing)

    assert tail(tmp_path / "log") == "- - - - - a b"
    assert spent.cpu_seconds > 0
    assert spent.wall_seconds > 0


def test_several_know_their_places_and_how_to_meet(program: Program, tmp_path: Path) -> None:
    run_child(program(TOGETHER), ["a"], log=tmp_path / "log", watch=nothing, processes=2)

    assert [tail(log_of(tmp_path / "log", rank)) for rank in range(2)] == ["0 0 2 2 127.0.0.1 a", "1 1 2 2 127.0.0.1 a"]
    assert len({place["MASTER_PORT"] for place in places(3)}) == 1


def test_the_end_of_one_by_an_error_is_the_end_of_all(program: Program, tmp_path: Path) -> None:
    with pytest.raises(ChildFailedError) as told:
        run_child(program(ONE_FAILS), [], log=tmp_path / "train.log", watch=nothing, every=0.1, processes=2)

    assert str(told.value) == (
        "Process 2 of 2 ended: no such record\nBefore that it said:\nreading images\nrecord 6 is fine"
    )
    assert sorted(path.name for path in tmp_path.glob("*.log")) == ["train.1.log", "train.log"]


def test_of_several_the_one_that_was_killed_is_named_and_not_those_that_miss_it(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "_all_run", lambda children, seconds: [one.wait() for one in children] == [])

    with pytest.raises(ChildFailedError) as told:
        run_child(program(ONE_IS_KILLED), [], log=tmp_path / "train.log", watch=nothing, processes=3)

    assert str(told.value) == (
        "Process 3 of 3 ended: for_a_test was killed (signal 9), perhaps because memory ran out. It said last: step 2"
    )


@pytest.mark.parametrize("processes", [1, 2])
def test_what_the_watch_raises_stops_them(program: Program, tmp_path: Path, processes: int) -> None:
    log = tmp_path / "log"

    def stop() -> None:
        if all(tail(log_of(log, rank)) == "begun" for rank in range(processes)):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_child(program(FOR_EVER), [], log=log, watch=stop, every=0.1, processes=processes)


def test_one_that_is_killed_is_an_error(program: Program, tmp_path: Path) -> None:
    log = tmp_path / "log"

    def kill() -> None:
        if tail(log):
            for pid in children_of(os.getpid()):
                os.kill(pid, signal.SIGKILL)

    with pytest.raises(ChildFailedError) as told:
        run_child(program(FOR_EVER), [], log=log, watch=kill, every=0.1)
    why = "for_a_test was killed (signal 9), perhaps because memory ran out. It said last: begun"
    assert str(told.value) == why


def children_of(pid: int, program: bytes = b"for_a_test") -> list[int]:
    """Those that run this program."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in text.split() if program in Path(f"/proc/{child}/cmdline").read_bytes()]


def test_what_a_child_said_last_is_seen_before_its_failure_is_told(program: Program, tmp_path: Path) -> None:
    log, seen = tmp_path / "log", list[str]()

    with pytest.raises(ChildFailedError, match="no such record"):
        run_child(program(FAILS_AT_ONCE), [], log=log, watch=lambda: seen.append(log.read_text()), every=60)

    assert seen == ["reading images\nerror: no such record\n"]
