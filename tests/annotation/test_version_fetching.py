"""A version in a store elsewhere comes to this machine once, whoever asks, however often they are killed on the way."""

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from annotation import version_fetching
from annotation.actions.versions import register_version
from annotation.version_fetching import NotHereError
from annotation.version_store import directory_within, local_directory
from tests.annotation.actions.test_versions import directory
from tests.annotation.elsewhere import Elsewhere
from tests.annotation.fetcher import HALF

pytestmark = pytest.mark.django_db
PATIENCE_SECONDS = 120
NAMES = ["config.json", "manifest.json", "metrics.json", "weights.safetensors"]


@pytest.fixture(autouse=True)
def elsewhere(settings: Any, tmp_path: Path) -> Path:
    backend = {"BACKEND": "tests.annotation.elsewhere.Elsewhere", "OPTIONS": {"location": tmp_path / "elsewhere"}}
    settings.STORAGES = settings.STORAGES | {"default": backend}
    settings.VERSIONS_DIR = tmp_path / "fetched"
    Elsewhere.opened.clear()
    return tmp_path / "elsewhere" / "versions"


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return register_version(directory=directory(tmp_path / "starter")).folder


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Nothing but the manifest comes before this is set."""
    may_come, keep = threading.Event(), version_fetching._keep

    def wait(*given: Any) -> None:
        assert may_come.wait(PATIENCE_SECONDS)
        keep(*given)

    monkeypatch.setattr(version_fetching, "_keep", wait)
    return may_come


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_it_is_fetched_once(folder: str, tmp_path: Path) -> None:
    first, second = local_directory(folder), directory_within(folder)

    assert first == second == tmp_path / "fetched" / folder
    assert (first / "weights.safetensors").read_bytes() == b"numbers"
    assert sorted(Elsewhere.opened) == names_in(first) == NAMES
    assert names_in(tmp_path / "fetched") == [folder]


def test_a_fetch_that_was_killed_goes_on_with_the_file_it_was_at(folder: str, tmp_path: Path) -> None:
    words = [str(tmp_path / "elsewhere"), str(tmp_path / "fetched"), folder, "weights.safetensors"]
    with subprocess.Popen(
        [sys.executable, "-m", "tests.annotation.fetcher", *words], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"{HALF}\n".encode()
        process.kill()
    left = names_in(tmp_path / "fetched" / f"{folder}.part")
    half = (tmp_path / "fetched" / f"{folder}.part" / "weights.safetensors.part").read_bytes()

    place = local_directory(folder)

    assert left == ["config.json", "manifest.json", "metrics.json", "weights.safetensors.part"]
    assert b"numbers".startswith(half)
    assert Elsewhere.opened == ["manifest.json", "weights.safetensors"]  # what was whole was not asked for again
    assert names_in(place) == NAMES
    assert (place / "weights.safetensors").read_bytes() == b"numbers"
    assert names_in(tmp_path / "fetched") == [folder]


def test_two_who_ask_at_once_have_it_fetched_once(folder: str, slow: threading.Event, tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(local_directory, folder) for _ in range(2)]
        slow.set()

    assert {one.result() for one in both} == {tmp_path / "fetched" / folder}
    assert sorted(Elsewhere.opened) == NAMES
    assert names_in(tmp_path / "fetched") == [folder]


def test_who_is_in_a_hurry_is_told_that_it_is_on_its_way_and_it_goes_on_coming(
    folder: str, slow: threading.Event
) -> None:
    for _ in range(2):
        with pytest.raises(NotHereError, match="still on its way"):
            directory_within(folder, seconds=0)

    slow.set()

    assert names_in(directory_within(folder, seconds=PATIENCE_SECONDS)) == NAMES
    assert sorted(Elsewhere.opened) == NAMES


def test_nobody_waits_anew_for_what_has_been_coming_for_long(folder: str, slow: threading.Event) -> None:
    with pytest.raises(NotHereError):
        directory_within(folder, seconds=0)
    coming, _ = version_fetching._coming[folder]
    version_fetching._coming[folder] = coming, time.monotonic() - 700

    with pytest.raises(NotHereError, match="still on its way"):
        directory_within(folder, seconds=600)

    slow.set()
    assert names_in(coming.result(PATIENCE_SECONDS)) == NAMES


def test_a_store_that_fails_is_told_in_plain_words_and_asked_again(
    folder: str, elsewhere: Path, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere.rename(elsewhere.with_name("away"))
    with pytest.raises(NotHereError, match="could not be brought to this machine; see the worker's log"):
        directory_within(folder, seconds=PATIENCE_SECONDS)
    assert [record.name for record in caplog.records] == ["annotation.version_fetching"]
    elsewhere.with_name("away").rename(elsewhere)

    assert names_in(directory_within(folder, seconds=PATIENCE_SECONDS)) == NAMES


@pytest.mark.parametrize("away", [True, False])
def test_how_it_ended_is_told_when_it_is_no_longer_coming(folder: str, elsewhere: Path, *, away: bool) -> None:
    """Who heard of a failure and asked again at once could be given the old one."""
    if away:
        elsewhere.rename(elsewhere.with_name("away"))
    coming, known = Future[Path](), version_fetching._coming
    known[folder] = coming, time.monotonic()
    still: list[bool] = []
    coming.add_done_callback(lambda _: still.append(folder in known))

    version_fetching._bring(folder, coming)

    assert (still, coming.exception() is not None) == ([False], away)


def test_a_file_that_is_not_what_the_manifest_says_is_not_kept(folder: str, elsewhere: Path, tmp_path: Path) -> None:
    weights = elsewhere / folder / "weights.safetensors"
    weights.write_bytes(b"numbexs")

    with pytest.raises(OSError, match=r"weights\.safetensors in the store is not the file that its manifest names"):
        local_directory(folder)

    assert not [name for name in names_in(tmp_path / "fetched" / f"{folder}.part") if name.startswith("weights")]
    weights.write_bytes(b"numbers")
    assert (local_directory(folder) / "weights.safetensors").read_bytes() == b"numbers"


def test_what_the_store_has_no_longer_does_not_come_with_a_fetch_that_goes_on(
    folder: str, elsewhere: Path, tmp_path: Path
) -> None:
    """As weights that were dropped meanwhile."""
    part = tmp_path / "fetched" / f"{folder}.part"
    part.mkdir(parents=True)
    (part / "weights.safetensors").write_bytes(b"numbers")
    (elsewhere / folder / "weights.safetensors").unlink()

    assert names_in(local_directory(folder)) == ["config.json", "manifest.json", "metrics.json"]


def test_a_version_that_nobody_asked_for_in_a_month_makes_room_for_the_next(tmp_path: Path) -> None:
    unused, used, fresh = (
        register_version(directory=directory(tmp_path / name, weights=name.encode())).folder for name in "abc"
    )
    long_ago = time.time() - 31 * 24 * 3600
    for folder in (unused, used):
        os.utime(local_directory(folder), (long_ago, long_ago))
    (tmp_path / "fetched" / "begun.part").mkdir()
    os.utime(tmp_path / "fetched" / "begun.part", (long_ago, long_ago))
    local_directory(used)  # asked for again

    local_directory(fresh)

    assert {path.name for path in (tmp_path / "fetched").iterdir()} == {used, fresh}
    assert (local_directory(unused) / "weights.safetensors").read_bytes() == b"a"  # fetched again
