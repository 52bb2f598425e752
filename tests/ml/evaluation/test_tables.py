import json
from pathlib import Path

import pytest

from ml.evaluation.predictions import Prediction
from ml.evaluation.report import ANSWERS, CLOSED_SET, Report
from ml.evaluation.scores import Drawing, Scores, score
from ml.evaluation.tables import TABLE_2, all_tables, read_reports
from tests.ml.evaluation.records import make_record

HEAD_3 = (
    "|  | quality srocc | quality plcc | importance srocc | importance plcc | severities recall | severities f1 "
    "| types recall | types f1 |"
)


def scores(sign: float, *, severities: bool = True) -> Scores:
    blur = frozenset({"blur"})
    records = [
        make_record(n, source=str(n), quality=n / 2, importance=n / 2, distortions={"blur": 1.0, "noise": 1.0})
        for n in range(4)
    ]
    pairs = frozenset({"severe blur"}) if severities else None
    return score(records, [Prediction(sign * n, n, blur, pairs) for n in range(4)], Drawing(rounds=10))


def write(folder: Path, name: str, sign: float, **options: bool) -> None:
    ways = {CLOSED_SET: scores(sign, **options), ANSWERS: scores(-sign, **options)}
    report = Report(name, "test", 4, 4, 4, 0.5, 1.0, ways)
    (folder / f"{name}.json").write_text(report.as_json())


def test_the_ablations_stand_in_the_papers_order_and_tell_what_sentences_say(tmp_path: Path) -> None:
    """The closed set tells types by yes and no, which a network without JIR has never learnt: its row would be noise."""
    for name, sign in (("full", 1.0), ("no-local", -1.0), ("no-pretraining", 1.0)):
        write(tmp_path, name, sign)

    table = all_tables(read_reports(tmp_path)).split("Table 4: ablations\n\n")[1].splitlines()

    assert table == [
        HEAD_3,
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        "| w/o pre-training | -1.0000 | -1.0000 | 1.0000 | 1.0000 | 50.00 | 66.67 | 50.00 | 66.67 |",
        "| w/o local | 1.0000 | 1.0000 | 1.0000 | 1.0000 | 50.00 | 66.67 | 50.00 | 66.67 |",
        "| Full | -1.0000 | -1.0000 | 1.0000 | 1.0000 | 50.00 | 66.67 | 50.00 | 66.67 |",
    ]


def test_the_scale_of_pre_training_runs_from_none_to_all(tmp_path: Path) -> None:
    for name in ("full", "scale-25", "no-pretraining", "no-jir"):
        write(tmp_path, name, 1.0)

    table = all_tables(read_reports(tmp_path)).split("Table 3: scale of pre-training\n\n")[1].split("\n\n")[0]

    assert [row.split(" | ")[0] for row in table.splitlines()[2:]] == ["| 0 %", "| 25 %", "| 100 %"]


def test_tables_3_and_4_show_one_way_of_asking_and_tables_1_and_2_all(tmp_path: Path) -> None:
    write(tmp_path, "full", 1.0)

    one, two, three, four = all_tables(read_reports(tmp_path), ANSWERS).split("\n\n")[1::2]

    assert [row.split(" | ")[0] for row in one.splitlines()[2:]] == ["| full, closed_set", "| full, answers"]
    assert len(two.splitlines()) == 4
    assert three.splitlines()[2].startswith("| 100 % | -1.0000 |")
    assert four.splitlines()[2].startswith("| Full | -1.0000 |")


def test_table_2_has_the_papers_columns_and_a_dash_for_types_that_never_occur(tmp_path: Path) -> None:
    write(tmp_path, "full", 1.0)

    head, _, row, _ = (
        all_tables(read_reports(tmp_path)).split("Table 2: F1 of each type\n\n")[1].split("\n\n")[0].splitlines()
    )

    assert head == f"|  | {' | '.join(TABLE_2)} | average |"
    assert row == "| full, closed_set | 100.00 | – | 0.00 | – | – | – | – | 50.00 |"


def test_severities_that_were_not_said_are_dashes(tmp_path: Path) -> None:
    write(tmp_path, "full", 1.0, severities=False)

    assert "| 100 % | 1.0000 | 1.0000 | 1.0000 | 1.0000 | – | – | 50.00 | 66.67 |" in all_tables(read_reports(tmp_path))


def test_versions_bring_the_report_that_training_left_in_them(tmp_path: Path) -> None:
    write(tmp_path, "no-jir", 1.0)
    for name in ("full", "no-jir", "untested"):
        (tmp_path / name).mkdir()
    of_training = {"training": {"steps": 5}, "test": json.loads((tmp_path / "no-jir.json").read_text())}
    (tmp_path / "full" / "metrics.json").write_text(json.dumps(of_training))
    (tmp_path / "no-jir" / "metrics.json").write_text(json.dumps({"test": {"ways": {}}}))
    (tmp_path / "untested" / "metrics.json").write_text(json.dumps({"test": None}))

    reports = read_reports(tmp_path)

    assert reports["full"] == reports["no-jir"] == of_training["test"]
    assert [*reports] == ["full", "no-jir"]


def test_json_that_is_no_report_is_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "full", 1.0)
    for name, content in (("run", {"steps": 5}), ("list", [1]), ("ways", {"ways": 3})):
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
        (tmp_path / name).mkdir()
        (tmp_path / name / "metrics.json").write_text(json.dumps(content))
    (tmp_path / "run" / "metrics.json").write_text(json.dumps({"test": {"loss": 1.0}}))

    reports = read_reports(tmp_path)

    assert [*reports] == ["full"]
    assert all_tables(reports).startswith("Table 1")


def test_a_folder_without_reports_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text(json.dumps({}))

    with pytest.raises(ValueError, match="holds no report"):
        read_reports(tmp_path)
