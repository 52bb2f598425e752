"""The page about agreement: every scale, over the course of the study, and without each annotator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotation.exchange.report.lines import IntervalLine, axis_of, line_of

if TYPE_CHECKING:
    from annotation.aggregation.agreement import Agreement
    from annotation.aggregation.batches import Batch
    from annotation.aggregation.estimates import Estimate

LEAST_STEP, LISTED = 0.001, 5
JUDGED = ("quality", "importance", "score")
HEADS = {
    "alpha_ordinal": "Krippendorff’s alpha, ordinal",
    "alpha_interval": "Krippendorff’s alpha, interval",
    "alpha_nominal": "Krippendorff’s alpha, nominal",
    "icc_one": "ICC(1,1), one vote",
    "icc_mean": "ICC(1,k), the label",
    "icc_agreement_one": "ICC(A,1), crossed",
    "icc_agreement_mean": "ICC(A,k), crossed",
    "icc_consistency_one": "ICC(C,1), crossed",
    "icc_consistency_mean": "ICC(C,k), crossed",
    "kappa_fleiss": "Fleiss’ kappa",
    "kappa_randolph": "Randolph’s kappa",
    "sos": "SOS a",
    "halves_srocc": "Halves, SROCC",
    "halves_stepped": "Halves, stepped up",
    "ceiling": "Ceiling",
}
"""What people read for the names of `Agreement.statistics`."""
HEADLINES = ("alpha_ordinal", "icc_one")
"""In a printed report; its table agreement.csv has the rest."""


@dataclass(frozen=True, slots=True)
class Row:
    """One scale: its headline as a line, the other numbers as they are."""

    scale: str
    line: IntervalLine
    found: "Agreement"


@dataclass(frozen=True, slots=True)
class Without:
    """Alpha with one annotator left out, above or below what all give."""

    annotator: str
    value: float
    difference: float


@dataclass(frozen=True, slots=True)
class Matrix:
    """One statistic of each batch (rows) on each scale (columns)."""

    name: str
    scales: tuple[str, ...]
    rows: "tuple[tuple[Batch, tuple[Estimate, ...]], ...]"


def agreement_page(
    found: "Mapping[str, Agreement]", batches: "Mapping[str, Sequence[Batch]]", annotators: Sequence[str]
) -> dict[str, object]:
    """What the template `panel/agreement.html` needs."""
    axis = axis_of(0.0, 1.0)
    without = {scale: _without(annotators, found[scale]) for scale in JUDGED if scale in found}
    return {
        "rows": [Row(scale, line_of(scale, one.ordinal, axis), one) for scale, one in found.items()],
        "axis": axis,
        "matrices": matrices_of(batches),
        "without": {scale: people for scale, people in without.items() if people},
    }


def matrices_of(batches: "Mapping[str, Sequence[Batch]]", names: Sequence[str] = tuple(HEADS)) -> list[Matrix]:
    """One for each statistic; nothing without batches."""
    if not batches:
        return []
    scales = tuple(batches)
    rows = list(zip(*batches.values(), strict=True))
    return [Matrix(HEADS[name], scales, tuple((row[0], _cells(row, name)) for row in rows)) for name in names]


def _cells(row: "Sequence[Batch]", name: str) -> "tuple[Estimate, ...]":
    return tuple(batch.found.statistics[name] for batch in row)


def _without(annotators: Sequence[str], found: "Agreement") -> list[Without]:
    """Those without whom the rest agree much better, first; at most five."""
    whole = found.ordinal.value
    if whole is None:
        return []
    known: Mapping[str, float] = {
        name: value for name, value in zip(annotators, found.without_each, strict=True) if value is not None
    }
    order = sorted(known.items(), key=lambda pair: -pair[1])[:LISTED]
    return [Without(name, value, value - whole) for name, value in order if value - whole >= LEAST_STEP]
