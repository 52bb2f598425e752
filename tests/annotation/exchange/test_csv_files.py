import csv
from pathlib import Path

import pytest

from annotation.enums import SeatReason
from annotation.exchange.csv_files import safe
from annotation.models import Assignment, Membership, Vote
from annotation.opinion import SCALES
from tests.annotation.exchange.snapshots import FORMULA, make_nest, write

pytestmark = pytest.mark.django_db


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_labels_csv_has_a_row_per_accepted_region(tmp_path: Path) -> None:
    nest = make_nest()
    write(nest.study, "csv", tmp_path)

    rows = {int(row["region_id"]): row for row in read(tmp_path / "labels.csv")}

    assert list(rows) == [nest.full.pk, nest.begun.pk, nest.clean.pk]
    full, clean = rows[nest.full.pk], rows[nest.clean.pk]
    assert (full["status"], full["n"], full["split"], full["outside_mos"]) == ("settled", "3", "train", "61.25")
    assert [full[f"blur_histogram_{level}"] for level in range(6)] == ["1", "1", "0", "0", "0", "1"]
    assert (full["blur_present"], full["blur_word"], full["blur_level"]) == ("true", "extreme", "0")
    assert (full["blur_mean_all"], full["blur_mean_affected"], full["blur_n"]) == ("2.0", "0.5", "2")
    assert (full["quality_word"], full["quality_mean"]) == ("bad", "0.666667")
    assert (clean["blur_present"], clean["blur_word"], clean["split"]) == ("false", "", "test")
    assert rows[nest.begun.pk]["status"] == "open"
    assert (full["rle"], full["area"]) == (nest.full.rle, "1280")


def test_votes_csv_has_every_vote_under_pseudonyms(tmp_path: Path) -> None:
    nest = make_nest()
    write(nest.study, "csv", tmp_path)

    rows = {int(row["vote_id"]): row for row in read(tmp_path / "votes.csv")}

    pseudonyms = dict(Membership.objects.values_list("user_id", "pseudonym"))
    votes = list(Vote.objects.all())
    assert set(rows) == {vote.pk for vote in votes}
    for vote in votes:
        row = rows[vote.pk]
        assert (int(row["region_id"]), row["annotator"]) == (vote.region_id, pseudonyms[vote.annotator_id])
        assert tuple(int(row[scale]) for scale in SCALES) == vote.opinion.levels()
        assert row["created_at"] == vote.created_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        assert (row["surplus"], row["retracted"]) == (str(vote.surplus).lower(), str(bool(vote.retracted_at)).lower())
    begun = [(row["counted"], row["surplus"], row["retracted"]) for row in rows.values() if row["quality"] in "024"]
    assert sorted(begun)[:2] == [("false", "false", "true"), ("false", "true", "false")]


def test_votes_say_why_their_seat_came_when_it_did(tmp_path: Path) -> None:
    nest = make_nest()
    first, second = nest.full.assignments.order_by("pk")[:2]
    Assignment.objects.filter(pk=first.pk).update(turn=1, reason=SeatReason.MODEL, probability=0.125)
    write(nest.study, "csv", tmp_path)

    rows = {int(row["vote_id"]): (row["reason"], row["probability"]) for row in read(tmp_path / "votes.csv")}

    without = {vote.pk for vote in Vote.objects.all() if vote.surplus or vote.retracted_at}
    assert (rows[first.vote_id], rows[second.vote_id]) == (("model", "0.125"), ("random", ""))
    assert {pk for pk, seat in rows.items() if seat == ("", "")} == without


def test_no_text_can_be_taken_for_a_formula(tmp_path: Path) -> None:
    nest = make_nest()
    write(nest.study, "csv", tmp_path)

    names = {row["image_name"] for row in read(tmp_path / "labels.csv")}

    assert names == {f"'{FORMULA}", "b.png"}


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\ta", "\ra", "\na", "'=1"])
def test_dropping_one_apostrophe_gives_the_text_back(text: str) -> None:
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize("value", [-1, -0.5, None, "", "plain", "a=1"])
def test_numbers_and_other_text_stay_as_they_are(value: str | float | None) -> None:
    assert safe(value) == value
