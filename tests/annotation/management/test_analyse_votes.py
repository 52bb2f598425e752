import csv
import random
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from annotation.version import VERSION


def write_votes(path: Path, people: int = 12, stimuli: int = 60) -> None:
    """Scores 1 to 5; the last subject votes at random, and the first one is a level milder than the rest."""
    chance = np.random.default_rng(3)
    truth = chance.uniform(1.5, 4.5, stimuli)
    rows = ["stimulus,subject,score"]
    for subject in range(people):
        for stimulus in range(stimuli):
            said = truth[stimulus] + (1 if subject == 0 else 0) + chance.normal(0, 0.4)
            score = chance.integers(1, 6) if subject == people - 1 else np.clip(round(said), 1, 5)
            rows.append(f"s{stimulus:02},p{subject:02},{score}")
    path.write_text("\n".join(rows), encoding="utf-8")


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_an_old_experiment_becomes_a_page_and_two_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_votes(tmp_path / "old.csv")

    call_command("analyse_votes", tmp_path / "old.csv")

    out = tmp_path / "old-analysis"
    scores, subjects = read(out / "scores.csv"), read(out / "subjects.csv")
    said = capsys.readouterr().out
    assert said.splitlines()[0] == "720 votes of 12 subjects on 60 stimuli."
    assert "Subjects to look at: p11." in said
    assert (len(scores), scores[0]["stimulus"], scores[0]["votes"]) == (60, "s00", "12")
    assert [row["subject"] for row in subjects if "unlike the others" in row["signals"]] == ["p11"]
    assert max(subjects, key=lambda row: float(row["bias"]))["subject"] == "p00"
    assert 1 <= min(float(row["mean"]) for row in scores) < max(float(row["recovered"]) for row in scores) <= 6


def test_the_same_file_gives_the_same_page_whole_in_itself(tmp_path: Path) -> None:
    write_votes(tmp_path / "old.csv", people=5, stimuli=20)

    for name in ("first", "second"):
        call_command("analyse_votes", tmp_path / "old.csv", out=tmp_path / name)

    first, second = ((tmp_path / name / "report.html").read_text(encoding="utf-8") for name in ("first", "second"))
    assert first == second
    assert [first.count(word) for word in ("<link", "<script", "http", "{{", "{%")] == [0, 0, 0, 0, 0]
    assert first.count("<svg") >= 4


PAGES = ("agreement.html", "annotators.html", "disputes.html", "drift.html", "planner.html", "report.html")


def write_course(path: Path) -> None:
    """Twelve subjects in two sessions of 30 stimuli each; everybody gets milder, and one sees three stimuli again."""
    chance = np.random.default_rng(4)
    truth = chance.uniform(1.5, 4.5, 60)
    rows = ["stimulus,subject,score,time,session,milliseconds,content"]
    for subject in range(12):
        for place, stimulus in enumerate([*chance.permutation(60), *([0, 1, 2] if subject == 0 else [])]):
            said = truth[stimulus] + 0.03 * (place % 30) + chance.normal(0, 0.4)
            when = f"2026-03-0{1 + place // 30}T10:{place % 30:02}:00"
            rows.append(
                f"s{stimulus:02},p{subject:02},{np.clip(round(said), 1, 5)},{when},{place // 30},{4000 + place},{stimulus // 3}"
            )
    path.write_text("\n".join(rows), encoding="utf-8")


def test_the_pages_are_the_platform_s_own_whole_in_themselves_and_lead_to_each_other(tmp_path: Path) -> None:
    write_course(tmp_path / "old.csv")

    call_command("analyse_votes", tmp_path / "old.csv", out=tmp_path / "out")

    files = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "out").glob("*.html")}
    assert sorted(files) == sorted([*PAGES, *(f"annotator-{number}.html" for number in range(1, 13))])
    links = {name: re.findall(r'href="([^"#]*)', text) for name, text in files.items()}
    assert {link for every in links.values() for link in every} == set(files)
    alien = ("<link", "<script", "<form", "http", "url(", "{{", "{%", "src=")
    assert [(name, word) for name, text in files.items() for word in alien if word in text] == []
    assert files["annotators.html"].count("<circle") == 12
    assert files["agreement.html"].count('class="interval-line"') == 1
    assert files["planner.html"].count("<polyline") == 2
    assert "votes move within a sitting" in files["drift.html"]
    assert "the same region once more" in files["drift.html"]


def test_a_scale_without_five_levels_has_no_planner(tmp_path: Path) -> None:
    rows = [f"s{place},p{who},{(place * 7 + who * 3) % 101}" for place in range(20) for who in range(4)]
    (tmp_path / "sliders.csv").write_text("stimulus,subject,score\n" + "\n".join(rows), encoding="utf-8")

    call_command("analyse_votes", tmp_path / "sliders.csv", out=tmp_path / "out")

    assert not (tmp_path / "out" / "planner.html").exists()
    pages = [path.read_text(encoding="utf-8") for path in (tmp_path / "out").glob("*.html")]
    assert ["planner.html" in page for page in pages] == [False] * len(pages)
    assert "share_0" not in (tmp_path / "out" / "scores.csv").read_text(encoding="utf-8")


def write_torn(path: Path) -> None:
    """Eight people on four stimuli: agreed, torn between the ends, spread over the scale, agreed again."""
    scores = {"calm": "33333334", "torn": "11111555", "wide": "12345342", "clear": "44444444"}
    rows = [f"{name},p{who},{score}" for name, given in scores.items() for who, score in enumerate(given)]
    path.write_text("\n".join(["stimulus,subject,score", *rows]), encoding="utf-8")


def test_disputed_stimuli_have_a_page_with_how_their_votes_lie(tmp_path: Path) -> None:
    write_torn(tmp_path / "old.csv")

    call_command("analyse_votes", tmp_path / "old.csv", out=tmp_path / "out")

    page = (tmp_path / "out" / "disputes.html").read_text(encoding="utf-8")
    cards = re.findall(r'<section class="card doubt".*?</section>', page, re.DOTALL)
    assert [re.findall(r'<h2 id="doubt-\d">(\w+)', card) for card in cards] == [["torn"], ["wide"]]
    assert [card.count("two camps") for card in cards] == [1, 0]
    labels = [re.findall(r'aria-label="([^"]*)"', card) for card in cards]
    assert labels == [["Votes per level: 1 5, 2 0, 3 0, 4 0, 5 3"], ["Votes per level: 1 1, 2 2, 3 2, 4 2, 5 1"]]
    assert "2 of 4 stimuli are in doubt" in page
    assert [name for name in (f"p{who}" for who in range(8)) if name in page] == []


def test_votes_of_a_slider_are_shown_in_ten_steps(tmp_path: Path) -> None:
    rows = [f"s{place},p{who},{(place * 7 + who * 37) % 101}" for place in range(20) for who in range(4)]
    (tmp_path / "sliders.csv").write_text("stimulus,subject,score\n" + "\n".join(rows), encoding="utf-8")

    call_command("analyse_votes", tmp_path / "sliders.csv", "--lowest", "0", "--highest", "100", out=tmp_path / "out")

    page = (tmp_path / "out" / "disputes.html").read_text(encoding="utf-8")
    assert page.count('class="card doubt"') == 20
    assert page.count('<rect class="column"') == 200


def sliders(folder: Path, lowest: float, highest: float) -> Path:
    """The same experiment on a slider of these ends; what was written."""
    source = folder / f"{lowest:g}-{highest:g}.csv"
    draw = random.Random(3)
    shares = [min(1, max(0, place // 6 / 24 + draw.gauss(0, 0.03))) for place in range(25 * 6)]
    rows = [f"s{place // 6},p{place % 6},{lowest + share * (highest - lowest)}" for place, share in enumerate(shares)]
    source.write_text("\n".join(["stimulus,subject,score", *rows]), encoding="utf-8")
    ends = {"lowest": lowest, "highest": highest}
    call_command("analyse_votes", source, **ends, out=source.with_suffix(""))
    return source.with_suffix("")


def test_a_slider_s_ends_change_nothing_but_the_unit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small, wide = sliders(tmp_path, 0, 1), sliders(tmp_path, -10, 190)

    for table, columns, lowest in (
        ("scores.csv", ["mean", "low", "high", "recovered", "p913"], -10),
        ("scores.csv", ["sd", "recovered_se"], 0),
        ("subjects.csv", ["bias", "bias_low", "inconsistency", "inconsistency_high"], 0),
    ):
        for column in columns:
            one, other = ([float(row[column]) for row in read(out / table)] for out in (small, wide))
            assert [lowest + 200 * number for number in one] == pytest.approx(other, abs=0.02), column
    agreement = read(small / "agreement.csv")
    assert agreement == read(wide / "agreement.csv")
    assert [row["value"] for row in agreement if row["statistic"] == "kappa_randolph"] == [""]
    assert "0.25 to a level." in capsys.readouterr().out
    assert "a level, below, is 50 of them" in (wide / "report.html").read_text(encoding="utf-8")


def test_votes_that_agree_dispute_nothing(tmp_path: Path) -> None:
    rows = [f"s{place},p{who},{1 + place % 5}" for place in range(20) for who in range(8)]
    (tmp_path / "old.csv").write_text("stimulus,subject,score\n" + "\n".join(rows), encoding="utf-8")

    call_command("analyse_votes", tmp_path / "old.csv", out=tmp_path / "out")

    assert "Nothing is disputed" in (tmp_path / "out" / "disputes.html").read_text(encoding="utf-8")


def test_a_subject_is_excluded_by_a_person_with_a_reason_and_all_follows(tmp_path: Path) -> None:
    write_votes(tmp_path / "old.csv")

    call_command("analyse_votes", tmp_path / "old.csv", out=tmp_path / "all")
    call_command("analyse_votes", tmp_path / "old.csv", "--exclude", "p11", "Votes at random.", out=tmp_path / "fewer")

    every, fewer = (read(tmp_path / name / "scores.csv") for name in ("all", "fewer"))
    assert (every[0]["votes"], fewer[0]["votes"]) == ("12", "11")
    assert [row["subject"] for row in read(tmp_path / "fewer" / "subjects.csv") if row["excluded"] == "true"] == ["p11"]
    widths = [np.mean([float(row["high"]) - float(row["low"]) for row in rows]) for rows in (every, fewer)]
    assert widths[1] < widths[0]
    pages = [(tmp_path / "fewer" / name).read_text(encoding="utf-8") for name in ("annotators.html", "report.html")]
    assert ["Votes at random." in page for page in pages] == [True, True]


@pytest.mark.parametrize(
    ("excluded", "message"),
    [
        (["nobody", "Why not."], "The file has no subject nobody; it has p00, p01"),
        (["p00", " "], "An exclusion needs a reason."),
    ],
)
def test_an_exclusion_that_makes_no_sense_is_refused(tmp_path: Path, excluded: list[str], message: str) -> None:
    write_votes(tmp_path / "old.csv", people=3, stimuli=5)

    with pytest.raises(CommandError, match=message):
        call_command("analyse_votes", tmp_path / "old.csv", "--exclude", *excluded)

    assert [path.name for path in tmp_path.iterdir()] == ["old.csv"]


def test_agreement_is_a_table_of_batches_too_and_scores_have_intervals_and_soft_labels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotation.aggregation.batches.batches.__defaults__", (30, 20, 2))
    write_course(tmp_path / "old.csv")

    call_command("analyse_votes", tmp_path / "old.csv", out=tmp_path / "out")

    rows, [score, *_] = read(tmp_path / "out" / "agreement.csv"), read(tmp_path / "out" / "scores.csv")
    assert [row["batch"] for row in rows if row["statistic"] == "icc_one"] == ["", "1", "2"]
    assert [row["begun"][:10] for row in rows if row["statistic"] == "icc_one"] == ["", "2026-03-01", "2026-03-01"]
    assert len({row["statistic"] for row in rows}) == 15
    assert float(score["low"]) < float(score["mean"]) < float(score["high"])
    beside = [float(score[name]) for name in ("recovered", "p913", "p910")]
    assert beside == pytest.approx([float(score["mean"])] * 3, abs=0.2)
    assert sum(float(score[f"share_{level}"]) for level in range(1, 6)) == pytest.approx(1, abs=1e-5)


def test_a_file_that_makes_no_sense_is_named_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_text("a,b\n1,2\n", encoding="utf-8")

    with pytest.raises(CommandError, match="The file has no column for the stimulus"):
        call_command("analyse_votes", tmp_path / "old.csv")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("analyse_votes", tmp_path / "nowhere.csv")

    assert [path.name for path in tmp_path.iterdir()] == ["old.csv"]


def test_the_platform_s_version_is_that_of_the_project() -> None:
    project = Path(__file__).resolve().parents[3] / "pyproject.toml"

    assert tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"] == VERSION


def test_no_two_versions_are_mixed_in_one_folder(tmp_path: Path) -> None:
    write_votes(tmp_path / "old.csv", people=4, stimuli=6)
    call_command("analyse_votes", tmp_path / "old.csv")
    before = {path.name: path.read_bytes() for path in (tmp_path / "old-analysis").iterdir()}

    with pytest.raises(CommandError, match=r"old-analysis is not empty; name another folder with --out, or empty it\."):
        call_command("analyse_votes", tmp_path / "old.csv", exclude=[["p00", "Asleep."]])

    assert {path.name: path.read_bytes() for path in (tmp_path / "old-analysis").iterdir()} == before


@pytest.mark.parametrize("out, message", [("old.csv", "will not do as a folder"), ("old.csv/x", "will not do as a")])
def test_what_is_no_folder_is_named(tmp_path: Path, out: str, message: str) -> None:
    write_votes(tmp_path / "old.csv", people=4, stimuli=6)

    with pytest.raises(CommandError, match=message):
        call_command("analyse_votes", tmp_path / "old.csv", out=tmp_path / out)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    write_votes(tmp_path / "old.csv", people=4, stimuli=6)

    with pytest.raises(CommandError, match="/proc/analysis cannot be written: "):
        call_command("analyse_votes", tmp_path / "old.csv", out=Path("/proc/analysis"))
