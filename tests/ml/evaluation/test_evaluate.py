import json
from pathlib import Path

import pytest

from ml.evaluate import main
from ml.evaluation.baselines import ONE_OF_SEVEN, SIX_TIMES
from ml.evaluation.report import ANSWERS, CLOSED_SET, HEADS
from ml.seagull.versions import save_version
from tests.ml.evaluation.records import make_record, write_build, write_picture
from tests.ml.training.pupils import small


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four pictures to learn from and three to be tested on, two regions each."""
    folder = tmp_path_factory.mktemp("build")
    paths = [write_picture(folder / f"{number}.png", number) for number in range(7)]
    records = [
        make_record(
            2 * number + region,
            image=path,
            split="train" if number < 4 else "test",
            quality=number / 2,
            importance=region + number / 10,
            distortions={"blur": 1.0} if number % 2 else {},
        )
        for number, path in enumerate(paths)
        for region in (0, 1)
    ]
    return write_build(folder, records)


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("versions") / "small-1"
    save_version(folder, small(), {})
    return folder


def test_a_version_is_measured_on_the_test_split(
    version: Path, build: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([str(version), str(build), "--json", str(tmp_path / "runs" / "full.json")])

    report = json.loads((tmp_path / "runs" / "full.json").read_text())
    assert (report["version"], report["split"]) == ("small-1", "test")
    assert (report["regions"], report["images"], report["sources"]) == (6, 3, 3)
    assert list(report["ways"]) == [CLOSED_SET, HEADS]
    assert {one["record"] for one in report["details"]["disagreements"]} == {str(number) for number in range(8, 14)}
    assert capsys.readouterr().out.startswith("small-1: 6 test regions of 3 images from 3 photographs in ")


def test_sentences_and_another_split_can_be_asked_for(version: Path, build: Path, tmp_path: Path) -> None:
    main([str(version), str(build), "--split", "train", "--answers", "--json", str(tmp_path / "report.json")])

    report = json.loads((tmp_path / "report.json").read_text())
    assert (report["split"], report["regions"]) == ("train", 8)
    assert list(report["ways"]) == [CLOSED_SET, HEADS, ANSWERS]


def test_baselines_are_measured_on_the_same_regions(
    build: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["baselines", str(build), "--json", str(tmp_path / "baselines.json")])

    report = json.loads((tmp_path / "baselines.json").read_text())
    assert (report["regions"], report["split"], list(report["ways"])) == (6, "test", [ONE_OF_SEVEN, SIX_TIMES])
    lines = capsys.readouterr().out.splitlines()
    assert lines[2] == f"|  | {ONE_OF_SEVEN} | {SIX_TIMES} |"
    assert [line.split(" | ")[0] for line in lines[4:8]] == [
        *("| quality SROCC", "| quality PLCC", "| importance SROCC", "| importance PLCC"),
    ]


def test_tables_are_printed_from_reports(build: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["baselines", str(build), "--json", str(tmp_path / "baselines.json")])
    capsys.readouterr()

    main(["tables", str(tmp_path)])

    headings = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Table")]
    assert headings == [
        "Table 1: the four tasks",
        "Table 2: F1 of each type",
        "Table 3: scale of pre-training",
        "Table 4: ablations",
    ]


def test_a_build_without_the_split_is_refused(version: Path, tmp_path: Path) -> None:
    build = write_build(tmp_path, [make_record(1, image=write_picture(tmp_path / "one.png", 1), split="train")])

    with pytest.raises(SystemExit, match="error: there are no test regions among the 1"):
        main([str(version), str(build)])


def test_a_folder_that_is_no_version_is_refused(build: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="error: "):
        main([str(tmp_path), str(build)])


@pytest.mark.parametrize("what", ["version", "baselines"])
def test_a_broken_image_of_the_test_is_named(what: str, version: Path, tmp_path: Path) -> None:
    paths = [write_picture(tmp_path / f"{number}.png", number) for number in range(2)]
    records = [make_record(number, image=paths[number], split=("train", "test")[number]) for number in range(2)]
    build = write_build(tmp_path, records)
    paths[1].write_bytes(paths[1].read_bytes()[:-200])

    with pytest.raises(SystemExit, match=r"error: record 1: image .*1\.png cannot be read: "):
        main([str(version) if what == "version" else what, str(build)])
