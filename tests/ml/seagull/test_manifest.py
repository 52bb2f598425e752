import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ml.seagull.manifest import (
    Description,
    VersionError,
    check_files,
    describe,
    read_config,
    read_manifest,
    write_config,
    write_manifest,
    write_metrics,
)
from ml.seagull.presets import SEVEN_B, TINY, SeagullConfig

METRICS = {"quality": {"srocc": 0.81, "interval": [0.78, 0.84]}, "regions": 1200, "severity": None}


@pytest.fixture
def version(tmp_path: Path) -> Path:
    """A version whose weights are any bytes."""
    write_config(tmp_path, TINY)
    write_metrics(tmp_path, METRICS)
    (tmp_path / "weights.safetensors").write_bytes(b"0123456789")
    write_manifest(tmp_path, parent="a" * 64)
    return tmp_path


def change(path: Path, **fields: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


def test_a_version_is_described_without_looking_at_its_weights(version: Path) -> None:
    (version / "weights.safetensors").write_bytes(b"9876543210")
    manifest = read_manifest(version)

    size = sum((version / name).stat().st_size for name in ("config.json", "metrics.json", "weights.safetensors"))
    assert describe(version) == Description(TINY, METRICS, "a" * 64, manifest.sha256, size)


def test_the_hash_of_a_version_is_that_of_what_it_holds(version: Path) -> None:
    first = read_manifest(version).sha256

    again = write_manifest(version, parent="a" * 64)  # the manifest that is there is none of it
    other_parent = write_manifest(version, parent=None)

    assert again == first
    assert other_parent != first


def test_describing_needs_no_torch(version: Path) -> None:
    program = f"""
import sys
from pathlib import Path
from ml.seagull.manifest import describe
describe(Path({str(version)!r}))
print(sorted({{"torch", "transformers", "timm"}} & set(sys.modules)))
"""
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert answer.stdout == "[]\n"


@pytest.mark.parametrize("config", [TINY, SEVEN_B, replace(TINY, local_view=False, heads=False)])
def test_a_configuration_is_read_as_it_was_written(config: SeagullConfig, tmp_path: Path) -> None:
    write_config(tmp_path, config)

    assert read_config(tmp_path) == config


@pytest.mark.parametrize("name", ["config.json", "metrics.json", "weights.safetensors"])
def test_a_changed_file_is_found(name: str, version: Path) -> None:
    content = bytearray((version / name).read_bytes())
    content[5] ^= 1
    (version / name).write_bytes(content)

    with pytest.raises(VersionError, match=f"{name} has changed: {len(content)} bytes with SHA-256"):
        check_files(version, read_manifest(version))


def test_a_missing_file_is_found(version: Path) -> None:
    (version / "weights.safetensors").unlink()

    with pytest.raises(VersionError, match=r"weights\.safetensors is missing$"):
        read_manifest(version)


def test_a_file_in_excess_is_found(version: Path) -> None:
    (version / "notes.txt").touch()

    with pytest.raises(VersionError, match=r"notes\.txt is not in its manifest$"):
        read_manifest(version)


def test_a_directory_without_a_manifest_is_not_finished(version: Path) -> None:
    (version / "manifest.json").unlink()

    with pytest.raises(VersionError, match=r"is not a finished version: it has no manifest\.json"):
        describe(version)


def test_a_version_without_a_configuration_is_none(tmp_path: Path) -> None:
    write_manifest(tmp_path, parent=None)

    with pytest.raises(VersionError, match=r"is not a version: it has no config\.json"):
        describe(tmp_path)


@pytest.mark.parametrize("name", ["config.json", "manifest.json"])
@pytest.mark.parametrize("number", [0, 2, None, "1"])
def test_another_format_is_refused(name: str, number: object, version: Path) -> None:
    change(version / name, format=number)
    reading = read_config if name == "config.json" else read_manifest

    with pytest.raises(VersionError, match=f"{name} has format {number}; this software reads format 1"):
        reading(version)


@pytest.mark.parametrize("broken", ["{", "[]", "\xff"])
def test_a_manifest_that_is_no_json_object_is_refused(broken: str, version: Path) -> None:
    (version / "manifest.json").write_text(broken, encoding="latin-1")

    with pytest.raises(VersionError, match=r"manifest\.json (cannot be read|is not a JSON object)"):
        read_manifest(version)


@pytest.mark.parametrize("fields", [{"files": []}, {"files": {"a": {"sha256": "b"}}}, {"files": {"a": 3}}])
def test_a_manifest_of_another_shape_is_refused(fields: dict[str, Any], version: Path) -> None:
    change(version / "manifest.json", **fields)

    with pytest.raises(VersionError, match="is not a manifest of format 1"):
        read_manifest(version)


@pytest.mark.parametrize("fields", [{"encoder": {"side": 256}}, {"colour": "red"}, {"extractor": None}])
def test_a_configuration_of_another_shape_is_refused(fields: dict[str, Any], version: Path) -> None:
    change(version / "config.json", **fields)

    with pytest.raises(VersionError, match="is not a configuration of format 1"):
        read_config(version)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), b"bytes"])
def test_metrics_have_to_be_json(value: object, tmp_path: Path) -> None:
    with pytest.raises(VersionError, match="these metrics are not JSON"):
        write_metrics(tmp_path, {"srocc": value})
