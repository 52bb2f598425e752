"""Labels without exposed votes, by hand."""

import csv
import json
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from annotation.actions.exports import write_snapshot
from annotation.actions.settings import change_settings
from annotation.actions.snapshots import take_snapshot
from annotation.enums import Arm, ExportFormat, PrelabelPolicy
from annotation.exchange.meter import Meter
from annotation.exchange.records import Counts
from annotation.models import Exposure, Region, Study
from tests.annotation.prelabels import make_prelabel
from tests.factories import cast, make_member, make_region, make_study, make_version

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Swayed:
    """Three votes are wanted. `full` has three blind votes beside two exposed ones, `few` two beside one, `tied` four."""

    study: Study
    full: Region
    few: Region
    tied: Region


def make_swayed() -> Swayed:
    study, version = make_study(votes_wanted=5), make_version()
    full, few, tied = (make_region(study) for _ in range(3))
    _say(full, version, blind=[(0, 0), (1, 1), (5, 1)], exposed=[(4, 4), (4, 4)])
    _say(few, version, blind=[(5, 2), (5, 2)], exposed=[(5, 2)])
    _say(tied, version, blind=[(5, 3), (5, 3), (0, 3), (0, 3)], exposed=[(5, 3)])
    change_settings(study=study, changes={"votes_wanted": 3})
    return Swayed(study, full, few, tied)


def _say(region: Region, version: Any, *, blind: list[tuple[int, int]], exposed: list[tuple[int, int]]) -> None:
    """Votes of (blur, quality)."""
    prelabel = make_prelabel(region, version)
    for number, (blur, quality) in enumerate([*blind, *exposed]):
        person = make_member(region.study)
        if number >= len(blind):
            Exposure.objects.create(
                region=region, annotator=person, prelabel=prelabel, policy=PrelabelPolicy.RANDOM_ARM, arm=Arm.SHOWN
            )
        cast(region, person, blur=blur, quality=quality)


def labels(study: Study, folder: Path, *, without_exposed: bool) -> tuple[dict[int, dict[str, Any]], Counts]:
    counts = write_snapshot(
        take_snapshot(study=study), {"seagull": folder}, Meter(None, 0), without_exposed=without_exposed
    )
    return {row["id"]: row for row in json.loads((folder / "labels.json").read_text())}, counts


def brief(row: dict[str, Any]) -> tuple[object, ...]:
    blur, quality = row["distortions"]["blur"], row["quality"]
    return row["status"], row["n"], row["exposed_share"], blur["severity"], blur["n"], quality["word"], quality["mean"]


def test_with_all_votes_the_exposed_ones_count(tmp_path: Path) -> None:
    nest = make_swayed()

    rows, counts = labels(nest.study, tmp_path, without_exposed=False)

    assert brief(rows[nest.full.pk]) == ("settled", 5, 0.4, "moderate", 4, "fair", 2.0)
    assert brief(rows[nest.few.pk]) == ("settled", 3, 0.333333, None, 0, "fair", 2.0)
    assert brief(rows[nest.tied.pk]) == ("settled", 5, 0.2, None, 2, "good", 3.0)
    assert (counts.settled, counts.disputed, counts.open, counts.votes, counts.live) == (3, 0, 0, 13, 13)


def test_without_exposed_votes_labels_are_made_anew_and_open_where_too_few_remain(tmp_path: Path) -> None:
    nest = make_swayed()

    rows, counts = labels(nest.study, tmp_path, without_exposed=True)

    assert brief(rows[nest.full.pk]) == ("settled", 3, 0.0, "extreme", 2, "bad", 0.666667)
    assert brief(rows[nest.few.pk]) == ("open", 2, 0.0, None, 0, "fair", 2.0)
    assert brief(rows[nest.tied.pk]) == ("disputed", 4, 0.0, "extreme", 2, "good", 3.0)
    assert rows[nest.full.pk]["distortions"]["blur"]["histogram"] == [1, 1, 0, 0, 0, 1]
    assert (counts.settled, counts.disputed, counts.open, counts.votes, counts.live) == (1, 1, 1, 13, 9)


def test_only_what_is_settled_teaches(tmp_path: Path) -> None:
    nest = make_swayed()
    labels(nest.study, tmp_path, without_exposed=True)

    taught = json.loads((tmp_path / "instructions.json").read_text())

    assert {conversation["region"] for conversation in taught} == {nest.full.pk}


def test_the_votes_stay_in_the_table_marked_and_the_card_says_what_was_left_out(tmp_path: Path) -> None:
    labels(make_swayed().study, tmp_path, without_exposed=True)

    with (tmp_path / "votes.csv").open(newline="") as file:
        rows = [(row["prelabel_seen"], row["counted"]) for row in csv.DictReader(file)]

    assert (rows.count(("before_vote", "false")), rows.count(("nothing", "true")), len(rows)) == (4, 9, 13)
    card = (tmp_path / "README.md").read_text().splitlines()
    assert [line for line in card if line.startswith("| votes |")] == [
        "| votes | 13 (9 live, 0 surplus, 0 retracted) |"
    ]
    assert [line for line in card if line.startswith("| left out")] == [
        "| left out | 4 votes that saw a model's guess first; a label needs the wanted votes without |"
    ]


@pytest.mark.parametrize("name", ExportFormat.values)
def test_a_study_without_exposed_votes_gives_the_same_rows_either_way(name: str, tmp_path: Path) -> None:
    study = make_study(votes_wanted=1)
    cast(make_region(study), make_member(study))
    snapshot = take_snapshot(study=study)

    for blind in (False, True):
        write_snapshot(snapshot, {name: tmp_path / str(blind)}, Meter(None, 0), without_exposed=blind)

    for path in (tmp_path / "False").rglob("*"):
        if path.is_file() and path.name != "README.md":
            assert path.read_bytes() == (tmp_path / "True" / path.relative_to(tmp_path / "False")).read_bytes()


def test_the_command_leaves_them_out_and_counts_what_it_wrote(tmp_path: Path) -> None:
    nest, out = make_swayed(), StringIO()

    call_command("export_labels", nest.study.slug, format="csv", out=tmp_path, without_exposed=True, stdout=out)

    assert "3 regions, 1 settled, 13 votes" in out.getvalue().splitlines()
