"""Versions that are no SEAGULL network, on disk: as every version a flat directory whose manifest is written last."""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from ml.seagull.manifest import (
    CONFIG,
    FORMAT,
    VersionError,
    check_files,
    read_manifest,
    write_manifest,
    write_metrics,
)

SEAGULL: Final = "seagull"
VLM: Final = "vlm"
METRIC: Final = "metric"


def kind_of(directory: Path) -> str:
    """What config.json says; the first versions said nothing, and are SEAGULL's. Raises VersionError."""
    return str(_config(directory).get("kind", SEAGULL))


def open_version(directory: Path, kind: str) -> dict[str, Any]:
    """The configuration, once every file has been compared with its hash. Raises VersionError."""
    check_files(directory, read_manifest(directory))
    config = _config(directory)
    if (config.get("format"), config.get("kind")) != (FORMAT, kind):
        found = f"{config.get('kind')!r} in format {config.get('format')}"
        raise VersionError(f"{directory} holds {found}; this software reads {kind!r} in format {FORMAT}")
    return config


@contextmanager
def new_version(
    directory: Path, kind: str, config: Mapping[str, Any], metrics: Mapping[str, Any] | None = None
) -> Iterator[Path]:
    """A folder for the other files. It gets its name once they are there, and leaves nothing when something fails.

    Raises VersionError for a directory that exists.
    """
    if directory.exists():
        raise VersionError(f"{directory} is there already, and a version is never changed; choose another name")
    part = directory.with_name(f".{directory.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        content = json.dumps({"format": FORMAT, "kind": kind, **config}, indent=1, sort_keys=True, allow_nan=False)
        (part / CONFIG).write_text(f"{content}\n", encoding="utf-8")
        write_metrics(part, metrics or {})
        yield part
        write_manifest(part, parent=None)
        part.rename(directory)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


def _config(directory: Path) -> dict[str, Any]:
    path = directory / CONFIG
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise VersionError(f"{directory} is not a version: it has no {CONFIG}") from None
    except (OSError, ValueError) as error:
        raise VersionError(f"{path} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise VersionError(f"{path} is not a JSON object")
    return content
