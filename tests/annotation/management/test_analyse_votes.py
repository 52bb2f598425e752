import csv
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
