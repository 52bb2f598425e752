"""The report, from the snapshot alone."""

import csv
from datetime import UTC
from pathlib import Path

import numpy as np
import pytest

from annotation.actions.adjudications import adjudicate
from annotation.actions.exclusions import exclude
from annotation.actions.exports import write_snapshot
from annotation.actions.snapshots import take_snapshot
from annotation.aggregation.analysis import recoveries
from annotation.aggregation.recovery import subtract_biases
from annotation.enums import ExportFormat, Purpose, Role
from annotation.exchange.meter import Meter
from annotation.exchange.panel_file import VoteColumns
from annotation.exchange.records import Counts
from annotation.exchange.snapshot_file import open_snapshot
from annotation.models import Membership, Protocol, Region, SeatRequest, Snapshot, Study, User
from annotation.queries.panel import panel_of
from annotation.scales import SCALES
from tests.annotation.queries.test_panel import check, make_gold, make_panel
from tests.factories import make_member, make_region

pytestmark = pytest.mark.django_db


def make_whole_study() -> tuple[Study, list[User]]:
    """Votes, a protocol, an exclusion, a decision, hidden gold and a repeat."""
    study, raters = make_panel(people=4, regions=6)
    Protocol.objects.create(study=study, sitting_minutes=25)
    exclude(study=study, annotator=raters[3], by=make_member(study, Role.MANAGER), reason="Always the same.")
    region = Region.objects.order_by("pk")[2]
    adjudicate_when_full(study, region)
    golden = make_region(study)
    make_gold(golden, quality=1)
    check(golden, raters[0], Purpose.GOLD, quality=3)
    check(region, raters[1], Purpose.REPEAT, quality=4)
    return study, raters


def adjudicate_when_full(study: Study, region: Region) -> None:
    from annotation.actions.settings import change_settings

    change_settings(study=study, changes={"votes_wanted": 3})
    decided = {"quality": 4, "blur": 5}
    adjudicate(region=region, by=make_member(study, Role.REVIEWER), levels=decided, reason="Looked at it.")


def write(snapshot: Snapshot, folder: Path, **options: bool) -> Counts:
    return write_snapshot(snapshot, {ExportFormat.REPORT: folder}, Meter(None, 0), **options)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_snapshot_s_panel_is_the_study_s() -> None:
    study, _ = make_whole_study()
    snapshot, live = take_snapshot(study=study), panel_of(study)
    columns = VoteColumns()

    with snapshot.file.open("rb") as file, open_snapshot(file, snapshot.sha256) as reader:
        for region in reader.regions():
            columns.add(region)
    frozen = columns.panel(reader.header)

    for scale in SCALES:
        for with_excluded in (False, True):
            one, other = (panel.ballots(scale, with_excluded=with_excluded) for panel in (live, frozen))
            assert (len(one), one.level.sum()) == (len(other), other.level.sum())
    assert sorted(np.array(live.annotators)[live.excluded]) == sorted(np.array(frozen.annotators)[frozen.excluded])
    assert frozen.gold_of("quality").expected.tolist() == [1.0]
    assert (len(frozen.repeats_of("quality").first), frozen.times().milliseconds.tolist()) == (1, [12_000.0] * 24)


def test_the_page_says_what_a_paper_needs(tmp_path: Path) -> None:
    study, raters = make_whole_study()
    snapshot = take_snapshot(study=study)

    counts = write(snapshot, tmp_path)

    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    words = (snapshot.sha256, "25 minutes", "Always the same.", "1 annotator was excluded", "Krippendorff", "gullery-1")
    assert [word for word in words if word not in page] == []
    assert (counts.live, counts.excluded, counts.other_purpose) == (18, 6, 2)
    assert [word for word in ("<link", "<script", "http", "{{", "{%") if word in page] == []
    assert raters[0].username not in page
    card = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "| excluded annotators | 1, not counted |" in card


def test_extra_seats_are_told_with_reasons_and_days(tmp_path: Path) -> None:
    study, _ = make_whole_study()
    before = take_snapshot(study=study).sha256
    first, second = Region.objects.order_by("pk")[:2]
    asked = [(first, ["wide quality", "camps blur"]), (first, ["wide quality"]), (second, ["unsure noise"])]
    for region, reasons in asked:
        SeatRequest.objects.create(study=study, region=region, seats=2, votes=7, reasons=reasons)
    snapshot = take_snapshot(study=study)
    day = SeatRequest.objects.earliest("pk").created_at.astimezone(UTC).date().isoformat()

    write(snapshot, tmp_path)

    with snapshot.file.open("rb") as file, open_snapshot(file, snapshot.sha256) as reader:
        told = [(one.rule, one.seats, one.regions) for one in reader.header.requests]
        assert told == [("", 6, 2), ("camps blur", 2, 1), ("unsure noise", 2, 1), ("wide quality", 4, 1)]
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    words = ("All of them", "Blur: the votes lie in two camps", "Quality: the interval is too wide", day)
    assert [word for word in words if word not in page] == []
    assert before != snapshot.sha256


def test_the_same_snapshot_gives_the_same_files(tmp_path: Path) -> None:
    study, _ = make_whole_study()
    snapshot = take_snapshot(study=study)

    for name in ("one", "two"):
        write(snapshot, tmp_path / name)

    one, two = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "two"))
    assert one == two
    assert sorted(one) == ["README.md", "agreement.csv", "annotators.csv", "report.html", "scores.csv"]


def test_the_tables_hold_scores_and_annotators(tmp_path: Path) -> None:
    study, raters = make_whole_study()

    write(take_snapshot(study=study), tmp_path)

    scores = [row for row in read(tmp_path / "scores.csv") if row["scale"] == "quality"]
    people = {row["annotator"]: row for row in read(tmp_path / "annotators.csv") if row["scale"] == "quality"}
    shares = [float(scores[0][f"share_{level}"]) for level in range(5)]
    out = Membership.objects.get(user=raters[3]).pseudonym
    assert (len(scores), len(people), sum(shares)) == (6, 4, pytest.approx(1.0, abs=1e-5))
    assert [name for name, row in people.items() if row["excluded"] == "true"] == [out]
    blur = [row for row in read(tmp_path / "scores.csv") if row["scale"] == "blur"]
    assert [0 <= float(row["with_it"]) <= 1 and 0 <= float(row["second_opinion"]) <= 1 for row in blur] == [True] * 6
    noise = [row for row in read(tmp_path / "scores.csv") if row["scale"] == "noise"]
    assert [(row["mean"], row["recovered"], row["p913"]) for row in noise] == [("5.0", "", "")] * 6  # nobody saw it


def test_scores_by_the_recommendations_own_methods_stand_beside_the_mean(tmp_path: Path) -> None:
    """Two of the three who count say the same throughout: exact P.910 would follow them alone, and says nothing here."""
    study, _ = make_whole_study()

    write(take_snapshot(study=study), tmp_path)

    panel = panel_of(study)
    expected = dict(zip(panel.regions, recoveries(panel, subtract_biases)["quality"].score, strict=True))
    rows = [row for row in read(tmp_path / "scores.csv") if row["scale"] == "quality"]
    assert [float(row["p913"]) for row in rows] == pytest.approx([expected[row["region_id"]] for row in rows], abs=1e-5)
    assert {row["p910"] for row in rows} == {""}
    assert list(rows[0])[:8] == ["region_id", "scale", "votes", "mean", "recovered", "recovered_se", "p913", "p910"]


def test_labels_come_out_both_ways_and_with_the_decision(tmp_path: Path) -> None:
    study, _ = make_whole_study()
    snapshot = take_snapshot(study=study)
    decided = Region.objects.order_by("pk")[2]
    found = {}

    for name, everybody in (("without", False), ("with", True)):
        folder = {ExportFormat.CSV: tmp_path / name}
        write_snapshot(snapshot, folder, Meter(None, 0), with_excluded=everybody)
        rows = read(tmp_path / name / "labels.csv")
        found[name] = {row["region_id"]: row for row in rows}

    plain, whole = found["without"][str(decided.pk)], found["with"][str(decided.pk)]
    assert (plain["n"], whole["n"]) == ("3", "4")
    assert [(row["status"], row["quality_word"], row["blur_present"]) for row in (plain, whole)] == [
        ("adjudicated", "excellent", "false")
    ] * 2
    votes = read(tmp_path / "without" / "votes.csv")
    assert sorted({(row["purpose"], row["counted"], row["excluded"]) for row in votes}) == [
        ("gold", "false", "false"),
        ("label", "false", "true"),
        ("label", "true", "false"),
        ("repeat", "false", "false"),
    ]


@pytest.mark.parametrize("regions", [0, 1])
def test_a_study_without_votes_has_a_report_too(tmp_path: Path, regions: int) -> None:
    from tests.factories import make_study

    study = make_study()
    for _ in range(regions):
        make_region(study)

    counts = write(take_snapshot(study=study), tmp_path)

    assert (counts.regions, counts.votes) == (regions, 0)
    assert read(tmp_path / "scores.csv") == []
