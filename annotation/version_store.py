"""Where the directories of model versions are kept: in the store of files, fetched to this machine where that is elsewhere."""

import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage

from annotation.version_fetching import MANIFEST, fetched, fetched_within

METRICS = "metrics.json"
PATIENCE_SECONDS = 20.0
"""As long as a small version takes, and less than a job may be silent."""


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
    """The directory on this machine's disk; from a store elsewhere it is fetched once, however long that takes."""
    return _local(folder) or fetched(folder)


def directory_within(folder: str, seconds: float = PATIENCE_SECONDS) -> Path:
    """The same for those whose time is short. Raises NotHereError; the files go on coming, for whoever asks later."""
    return _local(folder) or fetched_within(folder, seconds)


def _local(folder: str) -> Path | None:
    try:
        return Path(default_storage.path(f"versions/{folder}"))
    except NotImplementedError:
        return None


def _name(folder: str, name: str) -> str:
    return f"versions/{folder}/{name}"
