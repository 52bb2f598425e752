"""Tables by one command each, with a trainer that writes down what it was told."""

import json
import shlex
import sys
from pathlib import Path

import pytest

from ml.evaluate import main
from ml.evaluation.filling import ROWS, FillingError, Material, fill
from ml.seagull.versions import save_version
from ml.train import _parser
from tests.ml.evaluation.records import make_record, write_build, write_picture
from tests.ml.evaluation.test_tables import write
from tests.ml.training.pupils import small

TRAINER = """
import shutil, sys
from pathlib import Path
told = sys.argv[1:]
with (Path(sys.argv[0]).parent / "told").open("a") as file:
    print(*told[2:], file=file)
shutil.copytree(Path(sys.argv[0]).parent / "trained", told[told.index("--out") + 1])
"""


@pytest.fixture
def launch(tmp_path: Path) -> list[str]:
    """Every version is the same one, whose test was measured."""
    (tmp_path / "trainer.py").write_text(TRAINER)
    write(tmp_path, "report", 1.0)
    (tmp_path / "trained").mkdir()
    test = json.loads((tmp_path / "report.json").read_text())
    (tmp_path / "trained" / "metrics.json").write_text(json.dumps({"test": test}))
    return [sys.executable, str(tmp_path / "trainer.py")]


def told(tmp_path: Path) -> list[str]:
    """What the trainer was told since the last time, the folder's own name left out."""
    file = tmp_path / "told"
    lines = file.read_text().replace(f"{tmp_path}/", "").splitlines() if file.exists() else []
    file.write_text("")
    return lines


def test_the_rows_of_tiny_are_the_documented_trainings(tmp_path: Path, launch: list[str]) -> None:
    material = Material(Path("S"), Path("L"), options=("--seed", "7"))

    fill(ROWS[4], material, tmp_path / "runs", launch)

    common = "--preset tiny --stage"
    assert told(tmp_path) == [
        f"L --out runs/no-pretraining {common} 1 --seed 7 --resume",
        f"S --out runs/eyes {common} 0 --seed 7 --resume --no-test",
        f"S --out runs/pretrained {common} 1 --seed 7 --resume --from runs/eyes --no-test",
        f"L --out runs/no-jir {common} 2 --no-jir --seed 7 --resume --from runs/pretrained",
        f"S --out runs/eyes-no-local {common} 0 --no-local-view --seed 7 --resume --no-test",
        f"S --out runs/pretrained-no-local {common} 1 --no-local-view --seed 7 --resume --from runs/eyes-no-local --no-test",
        f"L --out runs/no-local {common} 2 --no-local-view --seed 7 --resume --from runs/pretrained-no-local",
        f"S --out runs/pretrained-no-global {common} 1 --no-global-view --seed 7 --resume --from runs/eyes --no-test",
        f"L --out runs/no-global {common} 2 --no-global-view --seed 7 --resume --from runs/pretrained-no-global",
        f"L --out runs/full {common} 2 --seed 7 --resume --from runs/pretrained",
    ]


def test_the_rows_of_7b_start_from_converted_weights(tmp_path: Path, launch: list[str]) -> None:
    material = Material(Path("S"), Path("L"), "7b", Path("BASE"))

    fill(ROWS[3], material, tmp_path / "runs", launch)

    common = "--preset 7b --stage"
    assert told(tmp_path) == [
        f"L --out runs/no-pretraining {common} 2 --resume --from BASE",
        f"S --out runs/pretrained-scale-25 {common} 1 --share 0.25 --resume --from BASE --no-test",
        f"L --out runs/scale-25 {common} 2 --resume --from runs/pretrained-scale-25",
        f"S --out runs/pretrained-scale-50 {common} 1 --share 0.5 --resume --from BASE --no-test",
        f"L --out runs/scale-50 {common} 2 --resume --from runs/pretrained-scale-50",
        f"S --out runs/pretrained {common} 1 --resume --from BASE --no-test",
        f"L --out runs/full {common} 2 --resume --from runs/pretrained",
    ]


def test_the_trainer_knows_everything_that_it_is_told(tmp_path: Path, launch: list[str]) -> None:
    for number, material in enumerate((Material(Path("S"), Path("L")), Material(Path("S")))):
        fill([*ROWS[3], *ROWS[4]], material, tmp_path / f"runs{number}", launch)

    lines = told(tmp_path)

    assert len(lines) == 16 + 10
    assert [_parser().parse_args(shlex.split(line)).resume for line in lines] == [True] * len(lines)


def test_without_labels_the_rows_are_versions_as_pre_trained(
    tmp_path: Path, launch: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    runs, command = tmp_path / "runs", shlex.join(launch)
    main(["table", "4", "S", str(runs), "--launch", command, "--way", "closed_set"])
    first, (table, notes) = told(tmp_path), capsys.readouterr()

    main(["table", "3", "S", str(runs), "--launch", command])

    assert notes.splitlines()[0] == "no-pretraining is left out: without --labels there is nothing else to learn from"
    assert "S --out runs/no-jir --preset tiny --stage 1 --no-jir --resume --from runs/eyes" in first
    assert [line.split()[2].removeprefix("runs/") for line in first] == [
        *("eyes", "no-jir", "eyes-no-local", "no-local", "no-global", "full"),
    ]
    assert [row.split(" | ")[0] for row in table.splitlines()[4:]] == [
        "| w/o JIR",
        "| w/o local",
        "| w/o global",
        "| Full",
    ]
    assert [line.split()[2].removeprefix("runs/") for line in told(tmp_path)] == [
        *("eyes-scale-25", "scale-25", "eyes-scale-50", "scale-50"),
    ]


def measurable(tmp_path: Path) -> Path:
    """A build to test on; every version is a whole network now."""
    paths = [write_picture(tmp_path / f"{number}.png", number) for number in range(4)]
    found: list[dict[str, float | None]] = [{"blur": 1.0}, {}]
    (tmp_path / "trained" / "metrics.json").unlink()
    (tmp_path / "trained").rmdir()
    save_version(tmp_path / "trained", small(), {})
    return write_build(
        tmp_path,
        [
            make_record(n, image=path, split="train" if n < 2 else "test", quality=n / 2, distortions=found[n % 2])
            for n, path in enumerate(paths)
        ],
    )


def test_table_4_is_what_sentences_say(tmp_path: Path, launch: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    build = measurable(tmp_path)

    main(["table", "4", str(build), str(tmp_path / "runs"), "--launch", shlex.join(launch)])

    rows = capsys.readouterr().out.split("Table 4: ablations\n\n")[1].splitlines()[2:]
    assert [row.split(" | ")[0] for row in rows] == ["| w/o JIR", "| w/o local", "| w/o global", "| Full"]
    asked = json.loads((tmp_path / "runs" / "no-jir.json").read_text())["ways"]
    assert list(asked) == ["closed_set", "heads", "answers"]


def test_tables_1_and_2_ask_for_sentences_and_fit_the_baselines(
    tmp_path: Path, launch: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    build = measurable(tmp_path)

    main(["table", "1", str(build), str(tmp_path / "runs"), "--launch", shlex.join(launch)])
    one = capsys.readouterr().out.splitlines()
    before = told(tmp_path)
    main(["table", "2", str(build), str(tmp_path / "runs"), "--launch", shlex.join(launch)])

    start = one.index("Table 1: the four tasks")
    rows = ["full, closed_set", "full, heads", "full, answers"]
    assert [row.split(" | ")[0] for row in one[start + 4 : start + 7]] == [f"| {row}" for row in rows]
    assert (len(one[start + 4 :]), len(before), told(tmp_path)) == (5, 2, [])
    assert capsys.readouterr().out.startswith("Table 2: F1 of each type\n")


def test_a_training_that_fails_ends_the_command_and_is_named(tmp_path: Path) -> None:
    launch = [sys.executable, "-c", "raise SystemExit(3)"]

    with pytest.raises(FillingError, match="training eyes ended with status 3; the same command goes on from there"):
        fill(["full"], Material(Path("S")), tmp_path / "runs", launch)


def test_rows_made_from_different_things_are_no_table(tmp_path: Path, launch: list[str]) -> None:
    fill(["full"], Material(Path("S")), tmp_path / "runs", launch)

    with pytest.raises(FillingError, match=r"runs was filled from something else, which .*material says"):
        fill(["full"], Material(Path("S"), options=("--seed", "2")), tmp_path / "runs", launch)


@pytest.mark.parametrize(("preset", "base"), [("7b", None), ("tiny", Path("BASE"))])
def test_7b_alone_starts_from_converted_weights(tmp_path: Path, preset: str, base: Path | None) -> None:
    with pytest.raises(FillingError, match="what 7b starts from"):
        fill(["full"], Material(Path("S"), None, preset, base), tmp_path / "runs", [sys.executable])
