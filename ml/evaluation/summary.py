"""A report for a person's eyes: a line for each score, a column for each way of asking, intervals beside the values."""

from collections.abc import Sequence

from ml.evaluation.bootstrap import Estimate
from ml.evaluation.report import Report
from ml.evaluation.scores import Scores, SetScores
from ml.evaluation.tables import markdown


def summary(report: Report) -> str:
    head = (
        f"{report.version}: {report.regions} {report.split} regions of {report.images} images from {report.sources} "
        f"photographs in {report.seconds:.0f} s; a type is there above {report.threshold}; intervals of 95 % over photographs"
    )
    columns = [_lines(scores) for scores in report.ways.values()]
    body = [[name, *(column[name] for column in columns)] for name in columns[0]]
    return f"{head}\n\n{markdown(['', *report.ways], body)}"


def _lines(scores: Scores) -> dict[str, str]:
    numbers = {
        "quality SROCC": scores.quality.srocc,
        "quality PLCC": scores.quality.plcc,
        "importance SROCC": scores.importance.srocc,
        "importance PLCC": scores.importance.plcc,
    }
    return {
        **{name: _between(estimate) for name, estimate in numbers.items()},
        **_set_lines("types", scores.types),
        **_set_lines("severities", scores.severities),
        **{f"F1 of {name}": "–" if share is None else f"{share:.3f}" for name, share in scores.per_type.items()},
        "F1 of types, mean": f"{scores.per_type_average:.3f}",
        "unread, contradictory": f"{scores.unread}, {scores.flagged}",
    }


def _set_lines(task: str, scores: SetScores | None) -> dict[str, str]:
    names: Sequence[str] = [f"{task} {metric}" for metric in ("precision", "recall", "F1")]
    if scores is None:
        return dict.fromkeys(names, "–")
    return dict(zip(names, map(_between, (scores.precision, scores.recall, scores.f1)), strict=True))


def _between(estimate: Estimate) -> str:
    return f"{estimate.value:.3f} [{estimate.low:.3f}, {estimate.high:.3f}]"
