"""The starter model at toy size: every step of the real one."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.records import read_records
from ml.seagull.manifest import METRICS, read_manifest
from ml.seagull.presets import TINY
from ml.seagull.versions import load_version
from ml.starter import SEED, Plan, make
from ml.synthesis.photographs import MORE, PHOTOGRAPHS, Photograph
from tests.ml.pictures import scene

pytestmark = pytest.mark.slow
TOY = Plan(images=9, eyes=0.5, words=0.5)


def gathered(folder: Path, photographs: Sequence[Photograph]) -> None:
    """Small pictures called like those out of packages, so that no package is needed."""
    folder.mkdir(parents=True)
    for number, photograph in enumerate(photographs):
        Image.fromarray(np.roll(scene(112, 128), 20 * number, axis=1)).save(folder / f"{photograph.name}.png")


def test_photographs_become_a_version_with_its_figures(tmp_path: Path) -> None:
    gathered(tmp_path / "photographs" / "few", PHOTOGRAPHS)
    gathered(tmp_path / "photographs" / "all", MORE)

    version = make(tmp_path, TOY, processes=1, packages=None)

    assert version == tmp_path / "tiny"
    assert load_version(version).config == TINY
    assert read_manifest(version).parent == read_manifest(tmp_path / "eyes").sha256
    facts = json.loads((version / METRICS).read_text(encoding="utf-8"))["training"]
    assert (facts["stage"], facts["seed"]) == (1, SEED)
    assert {record.id.split("/")[0] for record in read_records(tmp_path / "data")} == {"few", "all"}
    made = read_manifest(version)
    assert make(tmp_path, TOY, processes=1, packages=None) == version
    assert read_manifest(version) == made
