import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ml.compare import main
from ml.evaluation.report import CLOSED_SET, HEADS
from ml.seagull.versions import save_version
from tests.ml.evaluation.records import make_record, write_build, write_picture
from tests.ml.training.pupils import small


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("build")
    paths = [write_picture(folder / f"{number}.png", number) for number in range(3)]
    records = [
        make_record(2 * number + region, image=path, quality=number / 2, importance=region, distortions={"blur": 1.0})
        for number, path in enumerate(paths)
        for region in (0, 1)
    ]
    learnt = make_record(9, image=write_picture(folder / "learnt.png", 9), split="train")
    return write_build(folder, [*records, learnt])


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("versions")
    for seed in (1, 2):
        save_version(folder / f"small-{seed}", small(seed=seed), {})
    return folder


@pytest.fixture(scope="module")
def written(build: Path, versions: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    file = tmp_path_factory.mktemp("out") / "runs" / "comparison.json"
    main([str(versions / "small-2"), str(versions / "small-1"), str(build), "--json", str(file), "--tries", "3"])
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"), parse_constant=pytest.fail)
    return found


def test_both_are_measured_on_the_test_split_and_judged(written: dict[str, Any]) -> None:
    assert list(written) == ["better", "tries", "checks", "candidate", "champion"]
    assert (written["better"], written["tries"]) == (False, 3)
    for side, version in (("candidate", "small-2"), ("champion", "small-1")):
        report = written[side]
        assert (report["version"], report["split"], report["regions"], report["images"]) == (version, "test", 6, 3)
        assert list(report["ways"]) == [CLOSED_SET, HEADS]
        assert len(report["details"]["disagreements"]) == 6


def test_checks_carry_the_figures_of_the_reports(written: dict[str, Any]) -> None:
    checks = {check["measure"]: check for check in written["checks"]}

    assert list(checks["quality_srocc"]) == [
        *("measure", "champion", "candidate", "difference", "low", "high", "bound", "p_value", "decides", "passed"),
    ]
    for side in ("candidate", "champion"):
        scores = written[side]["ways"][CLOSED_SET]
        assert checks["quality_srocc"][side] == scores["quality"]["srocc"]["value"]
        assert checks["types_f1"][side] == pytest.approx(scores["types"]["f1"]["value"])
        assert checks["f1_blur"][side] == scores["per_type"]["blur"]
    assert (checks["test_images"]["candidate"], checks["test_images"]["passed"]) == (3.0, False)


def test_a_version_against_itself_is_told_to_be_no_better(
    build: Path, versions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([str(versions / "small-1"), str(versions / "small-1"), str(build)])

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "small-1 against small-1 on 6 test regions of 3 photographs, try 1"
    assert lines[2] == "|  | champion | candidate | difference | bound | p |  |"
    assert lines[4].startswith("| quality_srocc | ")
    assert lines[4].endswith(" | 0.000 [0.000, 0.000] | 0.000 | 1.000 | failed |")
    assert lines[-1] == "small-1 is not better"


def test_a_folder_that_is_no_version_is_refused(build: Path, versions: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"^error: "):
        main([str(versions / "small-1"), str(tmp_path), str(build)])


def test_no_try_is_refused_before_anything_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([str(tmp_path), str(tmp_path), str(tmp_path), "--tries", "0"])

    assert capsys.readouterr().err.splitlines()[-1].endswith("--tries counts this candidate as well: at least 1")


def test_the_command_finds_all_that_it_needs_in_an_interpreter_of_its_own() -> None:
    done = subprocess.run([sys.executable, "-m", "ml.compare", "--help"], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("usage: python -m ml.compare ")
