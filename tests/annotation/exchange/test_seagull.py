import json
from pathlib import Path

import pytest

from annotation.models import Label
from tests.annotation.exchange.snapshots import FORMULA, make_nest, write
from tests.factories import make_study

pytestmark = pytest.mark.django_db


def test_labels_json_says_everything_about_a_region(tmp_path: Path) -> None:
    nest = make_nest()
    write(nest.study, "seagull", tmp_path)

    full, begun, clean = json.loads((tmp_path / "labels.json").read_text())

    image = nest.full.image
    assert (full["id"], begun["id"], clean["id"]) == (nest.full.pk, nest.begun.pk, nest.clean.pk)
    assert full["image"] == {
        "name": FORMULA,
        "sha256": image.sha256,
        "file": f"images/{image.sha256}.png",
        "width": 64,
        "height": 48,
        "outside_mos": 61.25,
    }
    assert (full["split"], full["level"], full["box"]) == ("train", "object", [10, 8, 40, 32])
    assert full["rle"] == {"size": [48, 64], "counts": nest.full.rle}
    blur = full["distortions"]["blur"]
    low, high = blur.pop("interval")
    assert 0 <= low < 0.5 < high <= 4
    assert blur == {
        "present": True,
        "severity": "extreme",
        "level": 0,
        "mean_all": 2.0,
        "mean_affected": 0.5,
        "histogram": [1, 1, 0, 0, 0, 1],
        "n": 2,
        "sd": 0.707107,
    }
    assert (full["quality"]["word"], full["quality"]["mean"], full["quality"]["n"]) == ("bad", 0.666667, 3)
    assert (full["n"], full["exposed_share"], full["status"]) == (3, 0.0, "settled")
    assert (begun["n"], begun["status"]) == (1, "open")


def test_every_label_is_the_row_s(tmp_path: Path) -> None:
    nest = make_nest()
    write(nest.study, "seagull", tmp_path)

    for record in json.loads((tmp_path / "labels.json").read_text()):
        label = Label.objects.get(region_id=record["id"])
        said = record["distortions"] | {scale: record[scale] for scale in ("quality", "importance")}
        assert {scale: one["histogram"] for scale, one in said.items()} == label.histograms()
        assert {scale: one["level"] for scale, one in said.items()} == {
            scale: getattr(label, f"{scale}_level") for scale in said
        }
        assert (record["rule"], record["n"]) == (label.rule, label.votes)


def test_instructions_are_of_settled_regions_alone(tmp_path: Path) -> None:
    nest = make_nest()
    write(nest.study, "seagull", tmp_path)

    conversations = json.loads((tmp_path / "instructions.json").read_text())

    assert [one["region"] for one in conversations] == [nest.full.pk] * 6 + [nest.clean.pk] * 6


def test_the_card_names_the_snapshot_and_escapes_the_study_s_name(tmp_path: Path) -> None:
    snapshot = write(make_nest().study, "seagull", tmp_path)

    card = (tmp_path / "README.md").read_text()

    assert card.splitlines()[0] == r"# Gulls \*of\* \<b\>Ålesund\</b\>"
    assert card.count(snapshot.sha256) == 1
    assert "| regions | 3 (2 settled, 0 disputed, 1 open) |" in card.splitlines()
    assert "| votes | 9 (7 live, 1 surplus, 1 retracted) |" in card.splitlines()


def test_a_study_without_regions_gives_empty_arrays(tmp_path: Path) -> None:
    write(make_study(), "seagull", tmp_path)

    assert json.loads((tmp_path / "labels.json").read_text()) == []
    assert json.loads((tmp_path / "instructions.json").read_text()) == []
