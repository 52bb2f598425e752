"""Tables 1-4 of the paper in Markdown, from reports that `python -m ml.evaluate` wrote."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ml.evaluation.report import ANSWERS, CLOSED_SET

SavedReport = Mapping[str, Any]
"""A `Report` read back from JSON."""
TABLE_2 = ("blur", "colorfulness", "noise", "compression", "contrast", "exposure", "clean")
"""In the paper's order of columns."""
SCALES = {"no-pretraining": "0 %", "scale-25": "25 %", "scale-50": "50 %", "full": "100 %"}
"""Table 3: the reports' names and its rows."""
NO_JIR = "no-jir"
VARIANTS = {
    "no-pretraining": "w/o pre-training",
    NO_JIR: "w/o JIR",
    "no-local": "w/o local",
    "no-global": "w/o global",
    "full": "Full",
}
"""Table 4."""
NUMBERS = (("quality", ("srocc", "plcc")), ("importance", ("srocc", "plcc")))
ALL_OF_SETS = (("severities", ("precision", "recall", "f1")), ("types", ("precision", "recall", "f1")))
TWO_OF_SETS = (("severities", ("recall", "f1")), ("types", ("recall", "f1")))
Columns = Sequence[tuple[str, Sequence[str]]]


def read_reports(directory: Path) -> dict[str, SavedReport]:
    """Reports in a folder by file name without its ending, and those inside the versions in it by the version's name.

    A report of the same name as a version is preferred, and JSON of another kind is passed over. Raises ValueError for
    a folder with neither.
    """
    versions = {path.parent.name: _read(path, "test") for path in sorted(directory.glob("*/metrics.json"))}
    written = {path.stem: _read(path) for path in sorted(directory.glob("*.json"))}
    reports = {name: report for found in (versions, written) for name, report in found.items() if report}
    if not reports:
        raise ValueError(f"{directory} holds no report; `python -m ml.evaluate VERSION DIR --json FILE` writes one")
    return reports


def all_tables(reports: Mapping[str, SavedReport], way: str | None = None) -> str:
    """Tables 1 and 2 of everything, Tables 3 and 4 of the reports with their rows' names, asked in one `way`."""
    return "\n\n".join(numbered_table(number, reports, way) for number in (1, 2, 3, 4))


def numbered_table(number: int, reports: Mapping[str, SavedReport], way: str | None = None) -> str:
    way = way or _way_of_all(number, reports)
    every = {f"{name}, {asked}": scores for name, report in reports.items() for asked, scores in report["ways"].items()}
    chosen = {name: report["ways"][way] for name, report in reports.items() if way in report["ways"]}
    if number == 1:
        return f"Table 1: the four tasks\n\n{table(every, (*NUMBERS, *ALL_OF_SETS))}"
    if number == 2:
        return f"Table 2: F1 of each type\n\n{types_table(every)}"
    if number == 3:
        return f"Table 3: scale of pre-training\n\n{table(_named(chosen, SCALES), (*NUMBERS, *TWO_OF_SETS))}"
    if way == CLOSED_SET and NO_JIR in chosen:
        chosen[NO_JIR] = {**chosen[NO_JIR], **dict.fromkeys((name for name, _ in TWO_OF_SETS))}
    return f"Table 4: ablations\n\n{table(_named(chosen, VARIANTS), (*NUMBERS, *TWO_OF_SETS))}"


def usual_way(number: int) -> str:
    """Table 4 by sentences: without JIR nobody has learnt the yes and no by which the closed set tells types."""
    return ANSWERS if number == 4 else CLOSED_SET


def _way_of_all(number: int, reports: Mapping[str, SavedReport]) -> str:
    """The closed set where some have not been asked for sentences."""
    asked = [report["ways"] for name, report in reports.items() if name in VARIANTS]
    return usual_way(number) if all(ANSWERS in ways for ways in asked) else CLOSED_SET


def table(rows: Mapping[str, SavedReport], columns: Columns) -> str:
    """One row of scores for each name: correlations as they are, shares of sets in percent."""
    heads = [f"{task} {metric}" for task, metrics in columns for metric in metrics]
    body = [
        [name, *(_number(scores[task], metric) for task, metrics in columns for metric in metrics)]
        for name, scores in rows.items()
    ]
    return markdown(["", *heads], body)


def types_table(rows: Mapping[str, SavedReport]) -> str:
    body = [
        [name, *(_percent(scores["per_type"][label]) for label in TABLE_2), _percent(scores["per_type_average"])]
        for name, scores in rows.items()
    ]
    return markdown(["", *TABLE_2, "average"], body)


def markdown(heads: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _named(chosen: Mapping[str, SavedReport], names: Mapping[str, str]) -> dict[str, SavedReport]:
    return {title: chosen[name] for name, title in names.items() if name in chosen}


def _number(task: SavedReport | None, metric: str) -> str:
    if task is None:
        return "–"
    value = task[metric]["value"]
    return f"{value:.4f}" if metric in ("srocc", "plcc") else _percent(value)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.2f}"


def _read(path: Path, *inside: str) -> SavedReport | None:
    """What a file holds, or one of its fields; None where that is no report."""
    saved: Any = json.loads(path.read_text(encoding="utf-8"))
    for name in inside:
        saved = saved.get(name) if isinstance(saved, dict) else None
    return saved if isinstance(saved, dict) and isinstance(saved.get("ways"), dict) else None
