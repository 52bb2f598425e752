"""Versions that are no SEAGULL network enter the store as every other does."""

import json
from pathlib import Path

import pytest

from annotation.actions.versions import register_version
from annotation.errors import InvalidInput
from annotation.models import ModelVersion
from annotation.version_store import local_directory
from ml.judges.folders import METRIC, new_version

pytestmark = pytest.mark.django_db


def metric(folder: Path) -> Path:
    with new_version(folder, METRIC, {"preset": "scene-statistics"}) as part:
        (part / "weights.safetensors").write_bytes(b"numbers")
    return folder


def test_the_kind_is_what_the_configuration_says(tmp_path: Path) -> None:
    source = metric(tmp_path / "plain")

    version = register_version(directory=source)

    version.refresh_from_db()
    assert (version.kind, version.name, version.preset) == ("metric", "plain", "scene-statistics")
    assert {path.name for path in local_directory(version.folder).iterdir()} == {path.name for path in source.iterdir()}


def test_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    with new_version(tmp_path / "oracle", "oracle", {}):
        pass

    with pytest.raises(InvalidInput, match="one of seagull, vlm, metric, not 'oracle'"):
        register_version(directory=tmp_path / "oracle")

    assert not ModelVersion.objects.exists()


def test_a_long_name_is_cut_and_not_refused(tmp_path: Path) -> None:
    source = metric(tmp_path / "plain")
    config = json.loads((source / "config.json").read_text())

    version = register_version(directory=source, name="n" * 130)

    assert (len(version.name), version.preset) == (120, config["preset"])
