import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ml.records import read_records
from ml.synthesis.build import build, main, options
from ml.synthesis.labels import Yardstick
from ml.synthesis.order import _pool
from tests.ml.synthesis.small_build import content, photographs, small_order

ROOT = Path(__file__).parents[3]


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return photographs(tmp_path / "photos")


def arguments(out: Path, photos: Path, *more: str) -> list[str]:
    """The command line of `small_order`."""
    small = ["--images", "6", "--side", "128", "--variants", "1", "--regions", "2", "--procedural", "0"]
    return [str(out), *small, "--views-per-shard", "2", "--photos", str(photos), "--test-sources", "b,d", *more]


def test_the_command_builds_what_was_ordered_and_prints_the_index(
    tmp_path: Path, photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"

    main(arguments(out, photos, "--workers", "1"))

    assert capsys.readouterr().out == f"{out / 'index.json'}\n"
    assert json.loads((out / "index.json").read_text())["complete"]
    records = read_records(out)
    assert len(records) == 12
    assert {record.source for record in records if record.split == "test"} == {"b", "d"}
    assert {record.source for record in records if record.split == "train"} == {"a", "c", "e"}


def test_two_jobs_that_share_a_folder_make_what_one_makes(tmp_path: Path, photos: Path) -> None:
    order, shared, alone = small_order(photos), tmp_path / "shared", tmp_path / "alone"

    build(shared, order, part=(1, 2))
    assert [path.name for path in sorted(shared.glob("shard-*"))] == ["shard-00001.jsonl"]
    build(shared, order, part=(0, 2))
    build(alone, order)

    assert content(shared) == content(alone)


def test_photographs_added_between_two_starts_stop_the_second(tmp_path: Path, photos: Path) -> None:
    out = tmp_path / "out"
    main(arguments(out, photos, "--workers", "1", "--shard", "0/3"))
    (photos / "f.png").write_bytes((photos / "a.png").read_bytes())
    _pool.cache_clear()  # another process

    with pytest.raises(SystemExit, match=r"error: .*out was begun with photographs '[0-9a-f]{16}' and not "):
        main(arguments(out, photos, "--workers", "1"))


@pytest.mark.slow
def test_a_killed_build_goes_on_without_a_duplicate_or_a_hole(tmp_path: Path, photos: Path) -> None:
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    command = [
        sys.executable,
        "-m",
        "ml.synthesis.build",
        *arguments(killed, photos, "--images", "12", "--workers", "2"),
    ]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}

    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True, **quiet)  # type: ignore[call-overload]
    while process.poll() is None and not list(killed.glob("shard-*.jsonl")):
        time.sleep(0.02)
    if process.poll() is None:  # on a busy machine it may have got to its end before anybody looked
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert list(killed.glob("shard-*.jsonl"))
    for folder in (killed, whole):
        build(folder, small_order(photos, images=12))

    assert content(killed) == content(whole)
    ids = [record.id for record in read_records(killed)]
    assert ids == [f"{view:06d}-0-{region}" for view in range(12) for region in range(2)]


def test_a_yardstick_and_a_part_come_from_the_command_line(tmp_path: Path) -> None:
    file = tmp_path / "yardstick.json"
    file.write_text(json.dumps({"metric": "a.b:c", "scale": 2.0, "power": 1.0, "importances": [0, 1]}))

    given = options(["out", "--yardstick", str(file), "--shard", "3/4"])

    assert given.yardstick == Yardstick("a.b:c", 2.0, 1.0, (0, 1))
    assert given.shard == (3, 4)


@pytest.mark.parametrize("part", ["4/4", "-1/4", "two"])
def test_a_part_that_is_none_is_refused(part: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        options(["out", f"--shard={part}"])

    assert "argument --shard" in capsys.readouterr().err
