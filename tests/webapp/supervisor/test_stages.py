import shutil
import sys
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest

from webapp.embedded.redis import Redis
from webapp.supervisor.events import Event, PlatformError
from webapp.supervisor.process import Program
from webapp.supervisor.programs import broker
from webapp.supervisor.running import Site
from webapp.supervisor.stages import run_step

Usage = namedtuple("Usage", "total used free")
MIB = 2**20


def unheard(event: Event) -> None:
    """Nobody listens."""


@pytest.mark.slow
def test_a_broker_that_cannot_read_what_a_newer_one_wrote_tells_the_way_out(tmp_path: Path) -> None:
    program = broker(Site(tmp_path, "", 0, 0))
    files = Redis(tmp_path).files
    files.mkdir()
    (files / "appendonly.aof").write_bytes(b"REDIS0099")  # before Redis 7 that is the file, since then it is taken over

    with pytest.raises(PlatformError) as failed:
        run_step(replace(program, keep_open=()), tmp_path / "logs", unheard, lambda: None)

    assert str(failed.value).splitlines()[-1] == (
        f"Where it cannot read its files, of a newer or broken server: move {files} away, no work is lost."
    )


@pytest.mark.parametrize("free, told", [(3 * MIB, ["The disk of {logs} is full: 3 MiB are left."]), (64 * MIB, [])])
def test_of_a_program_that_ended_on_a_full_disk_the_disk_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, told: list[str]
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(0, 0, free))
    command = [sys.executable, "-c", "raise SystemExit('cannot write')"]
    program = Program(name="web", command=command, folder=Path("/"), environment={})

    with pytest.raises(PlatformError) as failed:
        run_step(program, tmp_path, unheard, lambda: None)

    assert str(failed.value).splitlines() == [
        f"web exited with 1; its log {tmp_path}/web.log ends:",
        "  | cannot write",
        *(line.format(logs=tmp_path) for line in told),
    ]
