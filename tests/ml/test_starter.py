"""The starter model at toy size: every step of the real one."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml import starter
from ml.evaluation.baselines import ONE_OF_SEVEN, SIX_TIMES
from ml.records import read_records
from ml.seagull.manifest import METRICS, describe, read_manifest
from ml.seagull.presets import TINY
from ml.seagull.versions import load_version
from ml.shipped import TINY as SHIPPED
from ml.starter import SEED, Plan, make
from ml.synthesis import build
from ml.synthesis.order import source_of
from ml.synthesis.photographs import MORE, PHOTOGRAPHS, Photograph
from ml.synthesis.references import PACKAGES
from tests.ml.pictures import scene

pytestmark = pytest.mark.slow
TOY = Plan(images=12, eyes=0.5, words=0.5)
DRAWN_EARLY = ("coins", "notice", "barrier")
"""Of photographs: a toy has views of a few, and wants one to be measured on."""


def gathered(folder: Path, photographs: Sequence[Photograph]) -> None:
    """Small pictures called like those out of packages, so that no package is needed."""
    folder.mkdir(parents=True)
    for number, photograph in enumerate(photographs):
        Image.fromarray(np.roll(scene(112, 128), 20 * number, axis=1)).save(folder / f"{photograph.name}.png")


def test_photographs_become_a_version_with_its_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starter, "ALSO_HELD_OUT", DRAWN_EARLY)
    gathered(tmp_path / "photographs" / "few", PHOTOGRAPHS)
    gathered(tmp_path / "photographs" / "all", MORE)

    version = make(tmp_path, TOY, processes=1, packages=None)

    assert version == tmp_path / "tiny"
    assert load_version(version).config == TINY
    trained, made = read_manifest(tmp_path / "words" / "tiny"), read_manifest(version)
    assert (trained.parent, made.parent) == (read_manifest(tmp_path / "eyes").sha256, None)
    assert {name for name in made.files if made.files[name] != trained.files[name]} == {METRICS}
    metrics = json.loads((version / METRICS).read_text(encoding="utf-8"))
    facts = metrics["training"]
    assert (facts["stage"], facts["seed"], facts["from"]) == (1, SEED, f"stage 0, epochs 0.5, seed {SEED}")
    assert metrics["baselines"]["regions"] == metrics["test"]["regions"] > 0
    assert list(metrics["baselines"]["ways"]) == [ONE_OF_SEVEN, SIX_TIMES]
    assert {record.id.split("/")[0] for record in read_records(tmp_path / "data")} == {"few", "all"}
    assert make(tmp_path, TOY, processes=1, packages=None) == version
    assert read_manifest(version) == made


def test_it_does_not_make_another_model_where_a_package_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PACKAGES, "nowhere", ("gull.jpg",))

    with pytest.raises(SystemExit) as ended:
        starter.main([str(tmp_path / "made")])

    told = "error: it learns from nowhere/gull.jpg, too: `make install-test` installs what holds them"
    assert (ended.value.code, (tmp_path / "made").exists()) == (told, False)


def test_it_orders_the_pictures_that_the_shipped_model_was_measured_on(tmp_path: Path) -> None:
    """So many of them, by the turns that photographs take; that they are the same ones is known from their names alone."""
    wanted = {"few": ("65bdae37f248234b", PHOTOGRAPHS), "all": ("8a935740c2adaadf", [*PHOTOGRAPHS, *MORE])}
    regions = 0
    for folder, (photographs, names) in wanted.items():
        (tmp_path / folder).mkdir()
        for photograph in names:
            (tmp_path / folder / f"{photograph.name}.png").touch()
        order = build.order_of(build.options(starter.ordered(tmp_path / "data", tmp_path / folder, starter.FULL)))
        assert order.as_json()["photographs"] == photographs
        for view in range(order.views):
            source = source_of(order, view, np.random.default_rng([order.seed, 0, view]))
            regions += order.regions * order.variants_of(view) * (source.split == "test")

    assert regions == describe(SHIPPED).metrics["test"]["regions"] == 9360
