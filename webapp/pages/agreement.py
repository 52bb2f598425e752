"""How far the annotators agree, on each scale, over the course of the study, and without each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render

from annotation.exchange.report.lines import Axis, IntervalLine, axis_of, line_of
from annotation.queries.analyses import agreements_at, batches_at, panel_at
from webapp.access import OVERSEERS
from webapp.pages.page import Request, member, page

if TYPE_CHECKING:
    from annotation.aggregation.agreement import Agreement
    from annotation.aggregation.analysis import Batch

JUDGED = ("quality", "importance")
LEAST_STEP = 0.001


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


@page("GET")
def agreement(request: Request, slug: str) -> HttpResponse:
    membership = member(request, slug, OVERSEERS)
    study = membership.study
    found = agreements_at(study)
    axis = axis_of(0.0, 1.0)
    context = {
        "membership": membership,
        "study": study,
        "tab": "labels",
        "part": "agreement",
        "rows": [Row(scale, line_of(scale, one.ordinal, axis), one) for scale, one in found.items()],
        "axis": axis,
        "batches": {scale: _batches(batches_at(study, scale), axis) for scale in JUDGED if scale in found},
        "without": {scale: _without(panel_at(study).annotators, found[scale]) for scale in JUDGED if scale in found},
    }
    return render(request, "pages/agreement.html", context)


def _batches(found: "Sequence[Batch]", axis: Axis) -> list[tuple[int, "Batch", IntervalLine]]:
    return [(number, batch, line_of(str(number), batch.ordinal, axis)) for number, batch in enumerate(found, start=1)]


def _without(annotators: Sequence[str], found: "Agreement") -> list[Without]:
    """Those without whom the rest agree much better, first; at most five."""
    whole = found.ordinal.value
    if whole is None:
        return []
    known: Mapping[str, float] = {
        name: value for name, value in zip(annotators, found.without_each, strict=True) if value is not None
    }
    order = sorted(known.items(), key=lambda pair: -pair[1])[:5]
    return [Without(name, value, value - whole) for name, value in order if value - whole >= LEAST_STEP]
