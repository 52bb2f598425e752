"""Where the directories of model versions are kept: in the store of files, fetched to this machine where that is elsewhere."""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage

MANIFEST = "manifest.json"
METRICS = "metrics.json"
FETCHED_KEPT_DAYS = 30


def is_stored(folder: str) -> bool:
    """The manifest comes last: with it, everything is there."""
    return default_storage.exists(_name(folder, MANIFEST))


def store(folder: str, directory: Path, names: Iterable[str]) -> None:
    """Copies the named files of `directory`, and its manifest at last."""
    for name in [*names, MANIFEST]:
        with (directory / name).open("rb") as file:
            if default_storage.exists(_name(folder, name)):
                default_storage.delete(_name(folder, name))  # half of it, from a process that died
            default_storage.save(_name(folder, name), File(file))


def stored_files(folder: str) -> list[str]:
    """Names in the store; the manifest's in any case."""
    found = default_storage.listdir(f"versions/{folder}")[1] if is_stored(folder) else [MANIFEST]
    return [_name(folder, name) for name in found]


def drop_weights(folder: str) -> None:
    """What is not JSON goes; the configuration, what was measured and the manifest stay. Nothing to do is no error."""
    for name in stored_files(folder):
        if not name.endswith(".json"):
            default_storage.delete(name)


@lru_cache(maxsize=64)
def metrics(folder: str) -> dict[str, Any]:
    """What was measured when the version was made; it never changes."""
    with default_storage.open(_name(folder, METRICS), "rb") as file:
        found: dict[str, Any] = json.load(file)
    return found


def local_directory(folder: str) -> Path:
    """The directory on this machine's disk; from a store elsewhere it is fetched once."""
    try:
        return Path(default_storage.path(f"versions/{folder}"))
    except NotImplementedError:
        return _fetched(folder)


def _fetched(folder: str) -> Path:
    place = Path(settings.VERSIONS_DIR) / folder
    if place.is_dir():
        os.utime(place)
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent) as scratch:
        _make_room(place.parent, Path(scratch))
        part = Path(scratch) / folder
        part.mkdir()
        for name in stored_files(folder):
            with default_storage.open(name, "rb") as source, (part / Path(name).name).open("wb") as target:
                shutil.copyfileobj(source, target)
        try:
            part.rename(place)
        except OSError:
            if not place.is_dir():  # or another process was faster
                raise
    return place


def _make_room(fetched: Path, scratch: Path) -> None:
    """Copies that were not asked for in a month go; whoever asks for one again fetches it again."""
    unused = time.time() - FETCHED_KEPT_DAYS * 24 * 3600
    for copy in sorted(fetched.iterdir()):
        if copy.is_dir() and copy.stat().st_mtime < unused:
            copy.rename(scratch / f"old-{copy.name}")  # in one step: half a version is never read


def _name(folder: str, name: str) -> str:
    return f"versions/{folder}/{name}"
