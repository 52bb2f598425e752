"""What a model version's directory holds, apart from its weights: readable by a process that has no torch.

A version holds everything that is needed to load it. Its manifest is written last and names every other file with its
size and SHA-256; the hash of the manifest is the version's name for good.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from tqdm import tqdm

from ml.proposals.checkpoints import sha256_of
from ml.seagull.presets import EncoderConfig, ExtractorConfig, LanguageConfig, SeagullConfig

FORMAT: Final = 1
"""1: the first."""
MANIFEST: Final = "manifest.json"
CONFIG: Final = "config.json"
METRICS: Final = "metrics.json"


class VersionError(ValueError):
    """A directory that is no intact model version; the message names the file and says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class File:
    """`size` in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """`sha256` is of manifest.json itself; `parent` that of the version which this one was trained from."""

    files: Mapping[str, File]
    parent: str | None
    sha256: str


@dataclass(frozen=True)
class Description:
    """`size` in bytes, all files together."""

    config: SeagullConfig
    metrics: Mapping[str, Any]
    parent: str | None
    sha256: str
    size: int


def describe(directory: Path) -> Description:
    """A version by its small files, whose hashes are checked; its weights are not looked at. Raises VersionError."""
    manifest = read_manifest(directory)
    for name in (CONFIG, METRICS):
        check_file(directory, manifest, name)
    size = sum(file.size for file in manifest.files.values())
    return Description(read_config(directory), _read(directory / METRICS), manifest.parent, manifest.sha256, size)


def write_config(directory: Path, config: SeagullConfig) -> None:
    _write(directory / CONFIG, {"format": FORMAT, **asdict(config)})


def read_config(directory: Path) -> SeagullConfig:
    """Raises VersionError."""
    fields = _read_this_format(directory / CONFIG)
    try:
        return SeagullConfig(
            **fields
            | {
                "encoder": EncoderConfig(**_with_tuples(fields["encoder"])),
                "extractor": ExtractorConfig(**fields["extractor"]),
                "language": LanguageConfig(**fields["language"]),
            }
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise VersionError(f"{directory / CONFIG} is not a configuration of format {FORMAT}: {error}") from error


def write_metrics(directory: Path, metrics: Mapping[str, Any]) -> None:
    """Raises VersionError for what JSON has no word for: write null, not NaN."""
    try:
        _write(directory / METRICS, metrics)
    except (TypeError, ValueError) as error:
        raise VersionError(f"these metrics are not JSON: {error}") from error


def write_manifest(directory: Path, parent: str | None) -> str:
    """Of all files that are there beside it. Returns its own SHA-256."""
    named = [path for path in sorted(directory.iterdir()) if path.name != MANIFEST]
    files = {path.name: asdict(File(sha256_of(path), path.stat().st_size)) for path in named}
    _write(directory / MANIFEST, {"format": FORMAT, "parent": parent, "files": files})
    return sha256_of(directory / MANIFEST)


def read_manifest(directory: Path) -> Manifest:
    """Raises VersionError where it is missing, of another format, or where files are missing or in excess."""
    path = directory / MANIFEST
    content = _read_this_format(path)
    try:
        files = {str(name): File(**file) for name, file in content["files"].items()}
        manifest = Manifest(files, content["parent"], sha256_of(path))
    except (KeyError, TypeError, AttributeError) as error:
        raise VersionError(f"{path} is not a manifest of format {FORMAT}: {error}") from error
    there = {entry.name for entry in directory.iterdir()} - {MANIFEST}
    for name in sorted(there ^ set(files)):
        state = "is not in its manifest" if name in there else "is missing"
        raise VersionError(f"{directory} is not an intact version: {name} {state}")
    return manifest


def check_files(directory: Path, manifest: Manifest) -> None:
    """Reads every file and compares its hash. Raises VersionError."""
    for name in tqdm(sorted(manifest.files), desc=f"checking {directory.name}", unit="file", disable=None, leave=False):
        check_file(directory, manifest, name)


def check_file(directory: Path, manifest: Manifest, name: str) -> None:
    """Raises VersionError."""
    wanted = manifest.files.get(name)
    if wanted is None:
        raise VersionError(f"{directory} is not a version: it has no {name}")
    found = File(sha256_of(directory / name), (directory / name).stat().st_size)
    if found != wanted:
        raise VersionError(
            f"{directory / name} has changed: {found.size} bytes with SHA-256 {found.sha256}, "
            f"its manifest says {wanted.size} bytes with {wanted.sha256}"
        )


def _read_this_format(path: Path) -> dict[str, Any]:
    """The content without its format number."""
    content = _read(path)
    found = content.pop("format", None)
    if found != FORMAT:
        raise VersionError(f"{path} has format {found}; this software reads format {FORMAT}")
    return content


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise VersionError(f"{path.parent} is not a finished version: it has no {path.name}") from None
    except (OSError, ValueError) as error:
        raise VersionError(f"{path} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise VersionError(f"{path} is not a JSON object")
    return content


def _write(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1, sort_keys=True, allow_nan=False) + "\n", encoding="utf-8")


def _with_tuples(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}
