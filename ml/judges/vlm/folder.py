"""A vision-language model as a version: its files inside the directory, or where they are, by path and hash.

Transformers is shown only files that hold settings, words and safetensors, by links in a folder of its own: whatever
else lies beside them, code or pickled weights, is never looked at.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from ml.judges.folders import VLM, new_version, open_version
from ml.proposals.checkpoints import sha256_of
from ml.seagull.manifest import VersionError

ALLOWED: Final = (".json", ".safetensors", ".model", ".txt", ".jinja")
PREFIX: Final = "model--"
"""Of the model's files inside a version, whose own config.json has another meaning."""
LONGEST: Final = 1024
REGIONS_PER_PASS: Final = 8


def write_vlm(
    directory: Path,
    model: Path,
    *,
    copy: bool = False,
    longest: int = LONGEST,
    regions_per_pass: int = REGIONS_PER_PASS,
) -> None:
    """Makes a version of a folder that `save_pretrained` or a download of the hub wrote; `copy` takes it along.

    Raises VersionError for a folder without safetensors, and for a directory that exists.
    """
    files = files_of(model)
    config = {
        "preset": model_type(model)[:40],
        "model": None if copy else str(model.resolve()),
        "files": {name: sha256_of(path) for name, path in files.items()},
        "longest": longest,
        "regions_per_pass": regions_per_pass,
    }
    with new_version(directory, VLM, config) as part:
        for name, path in files.items() if copy else ():
            shutil.copyfile(path, part / f"{PREFIX}{name}")


def read_vlm(directory: Path) -> dict[str, Any]:
    """The configuration, with all files compared with their hashes. Raises VersionError."""
    config = open_version(directory, VLM)
    if config.get("model"):
        for name, path in places(directory, config).items():
            if not path.is_file() or sha256_of(path) != config["files"][name]:
                raise VersionError(f"{path} is not the file that {directory} was made of")
    return config


@contextmanager
def shown(directory: Path, config: Mapping[str, Any]) -> Iterator[Path]:
    """A folder in which the model's files have their own names."""
    with TemporaryDirectory(prefix="gullery-vlm-") as folder:
        for name, path in places(directory, config).items():
            (Path(folder) / name).symlink_to(path.resolve())
        yield Path(folder)


def places(directory: Path, config: Mapping[str, Any]) -> dict[str, Path]:
    """Where each file lies. Raises VersionError for a name that leads elsewhere or has another ending."""
    for name in config["files"]:
        if Path(name).name != name or not name.endswith(ALLOWED):
            raise VersionError(f"{directory} names {name!r}, which is no file of a model")
    if model := config.get("model"):
        return {name: Path(model) / name for name in config["files"]}
    return {name: directory / f"{PREFIX}{name}" for name in config["files"]}


def files_of(model: Path) -> dict[str, Path]:
    """Raises VersionError."""
    if not (model / "config.json").is_file():
        raise VersionError(f"{model} is not a model's folder: it has no config.json")
    files = {path.name: path for path in sorted(model.iterdir()) if path.is_file() and path.name.endswith(ALLOWED)}
    if not any(name.endswith(".safetensors") for name in files):
        raise VersionError(f"{model} has no safetensors; other weights are not read, since reading them runs code")
    return files


def model_type(model: Path) -> str:
    try:
        return str(json.loads((model / "config.json").read_bytes())["model_type"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise VersionError(f"{model / 'config.json'} does not say its model_type") from error
