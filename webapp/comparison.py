"""The paper's Table 1 for the versions of a study: every number measured on the test split of the same snapshot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, gettext_noop

from annotation.actions.reports import read_report
from annotation.actions.versions import versions_for
from annotation.enums import JobStatus, ModelKind
from annotation.models import Evaluation, ModelVersion, Snapshot, Study

CLOSED_SET = "closed_set"
TASKS = (
    ("Quality", "quality", ("srocc", "plcc")),
    ("Importance", "importance", ("srocc", "plcc")),
    (gettext_noop("Distortion severity, %"), "severities", ("precision", "recall", "f1")),
    (gettext_noop("Distortion types"), "types", ("precision", "recall", "f1")),
)
WORDS = {
    "srocc": "SROCC",
    "plcc": "PLCC",
    "precision": gettext_noop("Precision"),
    "recall": gettext_noop("Recall"),
    "f1": "F1",
}
COLUMNS = tuple((task, metric) for _, task, metrics in TASKS for metric in metrics)
GROUPS = tuple((title, [WORDS[metric] for metric in metrics]) for title, _, metrics in TASKS)
SHARES = ("precision", "recall", "f1")
INPUTS = {
    ModelKind.METRIC: gettext_noop("crop"),
    ModelKind.VLM: gettext_noop("box on the full image, text"),
    ModelKind.SEAGULL: gettext_noop("mask, full image, text"),
}
"""How a region is shown to a kind; in the paper's order, the crops first."""
BAR = 60
"""Units of an interval's line from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Cell:
    """`place` is 1 for the best of a column, 2 for the second, else 0; the ends of the line are in units of BAR."""

    number: str
    between: str
    place: int
    left: float
    right: float
    middle: float
    width: int = BAR


@dataclass(frozen=True, slots=True)
class Row:
    """`cells` is empty where nothing has been measured; `evaluation` then says why, or is None."""

    version: ModelVersion
    inputs: str
    evaluation: Evaluation | None
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Table:
    rows: tuple[Row, ...]
    regions: int
    images: int
    missing: int

    @property
    def busy(self) -> bool:
        return any(row.evaluation is not None and not row.evaluation.ended for row in self.rows)


def table_of(study: Study, snapshot: Snapshot | None) -> Table:
    found = Evaluation.objects.filter(study=study, snapshot=snapshot) if snapshot else Evaluation.objects.none()
    of_version = {evaluation.version_id: evaluation for evaluation in found}
    kinds = list(INPUTS)
    versions = sorted(versions_for(study), key=lambda one: (kinds.index(ModelKind(one.kind)), one.pk))
    reports = {pk: report_of(evaluation) for pk, evaluation in of_version.items()}
    measured = {pk: report for pk, report in reports.items() if report is not None}
    cells = dict(zip(measured, _cells([_scores(report) for report in measured.values()]), strict=True))
    any_report: Mapping[str, Any] = next(iter(measured.values()), {})
    return Table(
        rows=tuple(
            Row(one, INPUTS[ModelKind(one.kind)], of_version.get(one.pk), cells.get(one.pk, ())) for one in versions
        ),
        regions=any_report.get("regions", 0),
        images=any_report.get("images", 0),
        missing=sum(not hasattr(one, "dropped") and not _under_way_or_done(of_version.get(one.pk)) for one in versions),
    )


def _under_way_or_done(evaluation: Evaluation | None) -> bool:
    return evaluation is not None and evaluation.status not in {JobStatus.FAILED, JobStatus.CANCELLED}


def report_of(evaluation: Evaluation) -> Mapping[str, Any] | None:
    """None while there is none, and for one that the store has lost or that has other contents."""
    if evaluation.status != JobStatus.DONE or not evaluation.report:
        return None
    try:
        report = read_report(str(evaluation.report.name))
    except (OSError, ValueError):
        return None
    return report if CLOSED_SET in report.get("ways", {}) else None


def _scores(report: Mapping[str, Any]) -> list[Mapping[str, float | None]]:
    """An estimate for each of COLUMNS; empty where the task was not measured."""
    scores = report["ways"][CLOSED_SET]
    return [(scores.get(task) or {}).get(metric) or {} for task, metric in COLUMNS]


def _cells(rows: Sequence[Sequence[Mapping[str, float | None]]]) -> list[tuple[Cell | None, ...]]:
    columns = list(zip(*rows, strict=True))
    ranked = [sorted({_shown(one, metric) for one in column if one.get("value") is not None}, reverse=True)
              for column, (_, metric) in zip(columns, COLUMNS, strict=False)]  # fmt: skip
    return [
        tuple(_cell(one, metric, best) for one, (_, metric), best in zip(row, COLUMNS, ranked, strict=True))
        for row in rows
    ]


def _shown(one: Mapping[str, float | None], metric: str) -> float:
    """The value as far as it is printed, so that equal figures have equal places."""
    value = float(one["value"] or 0.0)
    return round(100 * value, 1) if metric in SHARES else round(value, 3)


def _cell(one: Mapping[str, float | None], metric: str, ranked: Sequence[float]) -> Cell | None:
    if one.get("value") is None:
        return None
    value = float(one["value"] or 0.0)
    low, high = (value if one.get(end) is None else float(one[end] or 0.0) for end in ("low", "high"))
    place = ranked.index(_shown(one, metric)) + 1 if len(ranked) > 1 else 0
    left, right, middle = (round(BAR * min(max(number, 0.0), 1.0), 1) for number in (low, high, value))
    return Cell(
        _printed(value, metric),
        gettext("{low} to {high}").format(low=_printed(low, metric), high=_printed(high, metric)),
        place if place <= 2 else 0,
        left,
        right,
        middle,
    )


def _printed(value: float, metric: str) -> str:
    words = f"{100 * value:.1f}" if metric in SHARES else f"{value:.3f}"
    return words.replace("-", "\u2212")
