"""`python -m ml.evaluate VERSION DIR`, `... baselines DIR`, `... tables RUNS_DIR`, `... table N DATA RUNS_DIR`: how good a
version is, and compared with what.
"""

import argparse
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from ml.evaluation.details import details
from ml.evaluation.plain import plain, write_json
from ml.evaluation.predictions import PRESENT
from ml.evaluation.report import ANSWERS, Judge, ask, check_images, report_of
from ml.evaluation.summary import summary
from ml.evaluation.tables import all_tables, numbered_table, read_reports, usual_way
from ml.records import RegionRecord, read_records

WAYS: Final = "of asking, in Tables 3 and 4: closed_set (usual in 3) or answers (usual in 4), which takes longer"


def evaluate_version(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m ml.evaluate", description="scores of one version on one split")
    parser.add_argument(
        "version", type=Path, metavar="VERSION", help="a version's directory, or baselines, table or tables"
    )
    _add_data(parser)
    parser.add_argument("--split", choices=("train", "test"), default="test")
    parser.add_argument("--threshold", type=float, default=PRESENT, help="a type is there above this (default 0.5)")
    parser.add_argument("--answers", action="store_true", help="also write sentences and read types from them")
    options = parser.parse_args(arguments)
    from ml.evaluation.judging import judge_at  # slow import

    records = split_of(read_records(options.directory), options.split)
    judge = judge_at(options.version, threshold=options.threshold, answers=options.answers)
    _publish(judge, records, options.version.name, options.json, threshold=options.threshold)


def evaluate_baselines(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m ml.evaluate baselines", description="regressions on the same statistics, regions and split"
    )
    _add_data(parser)
    options = parser.parse_args(arguments)
    from ml.evaluation.baselines import fit_baselines, statistics_of  # slow import

    records = read_records(options.directory)
    train, test = split_of(records, "train"), split_of(records, "test")
    check_images(records)
    train.sort(key=lambda record: str(record.image))
    fitted = fit_baselines(train, statistics_of(train))
    _publish(fitted.judge, test, "baselines", options.json)


def print_tables(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m ml.evaluate tables", description="Tables 1-4 of the paper")
    parser.add_argument("runs", type=Path, metavar="RUNS_DIR", help="folder of reports, named as in docs/evaluation.md")
    parser.add_argument("--way", help=WAYS)
    options = parser.parse_args(arguments)
    print(all_tables(read_reports(options.runs), options.way))


def fill_table(arguments: Sequence[str]) -> None:
    """What follows `--` goes to every training."""
    ours, theirs = _divided(arguments)
    given = _table_parser().parse_args(ours)
    from ml.evaluation.filling import ROWS, Material, fill, step_of  # slow import

    material = Material(given.data, given.labels, given.preset, given.base, tuple(theirs))
    rows = [row for row in ROWS[given.number] if step_of(row, material)]
    for row in set(ROWS[given.number]).difference(rows):
        print(f"{row} is left out: without --labels there is nothing else to learn from", file=sys.stderr)
    fill(rows, material, given.runs, shlex.split(given.launch))
    compared = given.number <= 2
    way = given.way or usual_way(given.number)
    for row in rows:
        report = given.runs / f"{row}.json"
        if (compared or way == ANSWERS) and not report.exists():
            evaluate_version([str(given.runs / row), str(material.tested), "--answers", "--json", str(report)])
    baselines = given.runs / "baselines.json"
    if compared and not baselines.exists():
        evaluate_baselines([str(material.tested), "--json", str(baselines)])
    reports = read_reports(given.runs)
    shown = {row: reports[row] for row in (*rows, *(["baselines"] if compared else []))}
    print(numbered_table(given.number, shown, way))


def _divided(arguments: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    place = arguments.index("--") if "--" in arguments else len(arguments)
    return arguments[:place], arguments[place + 1 :]


def _table_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ml.evaluate table",
        description="trains what one of the paper's tables needs and RUNS_DIR has not, and prints the table",
        epilog="what follows -- goes to every ml.train, for instance -- --seed 7 --epochs 1",
    )
    add = parser.add_argument
    add("number", type=int, choices=(1, 2, 3, 4), metavar="N")
    add("data", type=Path, metavar="DATA", help="what is pre-trained on: a synthetic build")
    add("runs", type=Path, metavar="RUNS_DIR", help="folder for the versions, kept for the other tables")
    add("--labels", type=Path, metavar="DIR", help="people's labels, an export with images, for stage 2 and the test")
    add("--preset", choices=("tiny", "7b"), default="tiny")
    add("--base", type=Path, metavar="VERSION_DIR", help="the converted weights that 7b starts from")
    add("--way", help=WAYS)
    add(
        "--launch",
        default=shlex.quote(sys.executable),
        help="instead of python, for instance 'torchrun --nproc_per_node 2'",
    )
    return parser


COMMANDS: Final[dict[str, Callable[[Sequence[str]], None]]] = {
    "baselines": evaluate_baselines,
    "table": fill_table,
    "tables": print_tables,
}


def main(arguments: Sequence[str] | None = None) -> None:
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        if given and given[0] in COMMANDS:
            COMMANDS[given[0]](given[1:])
        else:
            evaluate_version(given)
    except (ValueError, OSError) as error:
        raise SystemExit(f"error: {error}") from error


def _add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("directory", type=Path, metavar="DIR", help="a synthetic build or an export with labels")
    parser.add_argument("--json", type=Path, default=None, metavar="FILE", help="where to write the report")


def split_of(records: Sequence[RegionRecord], split: str) -> list[RegionRecord]:
    """Raises ValueError for a split without regions."""
    chosen = [record for record in records if record.split == split]
    if not chosen:
        raise ValueError(f"there are no {split} regions among the {len(records)}")
    return chosen


def _publish(
    judge: Judge, records: Sequence[RegionRecord], version: str, file: Path | None, *, threshold: float = PRESENT
) -> None:
    answers = ask(judge, records, version=version)
    report = report_of(answers, version=version, threshold=threshold)
    print(summary(report))
    if file is not None:
        write_json(file, {**plain(report), "details": details(answers.records, answers.judged())})


if __name__ == "__main__":
    main()
