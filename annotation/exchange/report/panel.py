"""What a report says of a panel of annotators, wherever the votes come from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from annotation.exchange.report.agreement_page import HEADLINES, Matrix, Row, matrices_of
from annotation.exchange.report.course import CoursePart, Opinion, course_parts, opinions
from annotation.exchange.report.figures import Bars, bars_of
from annotation.exchange.report.lines import Axis, IntervalLine, axis_of, line_of
from annotation.exchange.report.scatter import Person, Scatter, scatter_of
from annotation.exchange.report.words import WORDS

if TYPE_CHECKING:
    from annotation.aggregation.agreement import Agreement
    from annotation.aggregation.batches import Batch
    from annotation.aggregation.panel import Panel
    from annotation.aggregation.recovery import Recovered
    from annotation.aggregation.screening import Signals

SCORE_BINS = 20


@dataclass(frozen=True, slots=True)
class PersonRow:
    name: str
    votes: int
    bias: IntervalLine
    inconsistency: IntervalLine
    flags: tuple[str, ...]
    excluded: bool
    without: float | None
    """Alpha of everybody else, None for somebody excluded."""


@dataclass(frozen=True, slots=True)
class RuleRow:
    """How many annotators a rule points at, and how many it could not judge."""

    name: str
    threshold: float | None
    flagged: int
    too_few: int


@dataclass(frozen=True, slots=True)
class ScalePart:
    """One scale the annotators are judged by. `change` is the root mean square between recovered scores and means."""

    scale: str
    people: tuple[PersonRow, ...]
    rules: tuple[RuleRow, ...]
    scatter: Scatter
    scores: Bars
    recovered: "Recovered"
    change: float


@dataclass(frozen=True, slots=True)
class PanelReport:
    regions: int
    annotators: int
    excluded: int
    votes: int
    axis: Axis
    agreement: tuple[Row, ...]
    matrices: tuple[Matrix, ...]
    per_region: Bars
    per_annotator: Bars
    parts: tuple[ScalePart, ...]
    course: tuple[CoursePart, ...]
    opinions: tuple[Opinion, ...]
    batches: "Mapping[str, Sequence[Batch]]"


def report_of_panel(panel: "Panel", found: "Mapping[str, Agreement]", *, in_batches: bool = True) -> PanelReport:
    """`found` is the panel's agreement. Batches take longer than all else together."""
    from annotation.aggregation.analysis import recoveries, screenings  # slow import
    from annotation.aggregation.batches import batches as batches_of  # slow import

    axis = axis_of(0.0, 1.0)
    recovered, signals = recoveries(panel), screenings(panel)
    first = panel.ballots(panel.scales[-2] if len(panel.scales) > 1 else panel.scales[0])
    batches = batches_of(panel) if in_batches else {}
    return PanelReport(
        regions=int((first.per_region() > 0).sum()),
        annotators=int((first.per_annotator() > 0).sum()),
        excluded=int(panel.excluded.sum()),
        votes=len(first),
        axis=axis,
        agreement=tuple(Row(scale, line_of(scale, one.ordinal, axis), one) for scale, one in found.items()),
        matrices=tuple(matrices_of(batches, HEADLINES)),
        per_region=_counted("Votes per region", first.per_region().astype(int).tolist()),
        per_annotator=_people(panel, first.per_annotator().astype(int).tolist()),
        parts=tuple(
            _part(scale, panel, signals[scale], recovered[scale], found[scale].without_each)
            for scale in signals
            if scale in recovered
        ),
        course=course_parts(panel, recovered),
        opinions=opinions(panel),
        batches=batches,
    )


def _people(panel: "Panel", counts: Sequence[int]) -> Bars:
    """Busiest first."""
    order = sorted(zip(panel.annotators, counts, strict=True), key=lambda pair: (-pair[1], pair[0]))
    return bars_of("Votes per annotator", [name for name, _ in order], [count for _, count in order])


def _counted(name: str, counts: Sequence[int]) -> Bars:
    """How many regions have how many votes."""
    used = [count for count in counts if count]
    values = list(range(min(used, default=0), max(used, default=0) + 1))
    return bars_of(name, [str(value) for value in values], [used.count(value) for value in values])


def _part(
    scale: str, panel: "Panel", signals: "list[Signals]", recovered: "Recovered", without: Sequence[float | None]
) -> ScalePart:
    people = tuple(_person(panel, place, one, recovered, without[place]) for place, one in enumerate(signals))
    dots = [
        Person(row.name, "", row.bias.value or 0.0, row.inconsistency.value or 0.0, _kind(row))
        for row in people
        if row.votes
    ]
    return ScalePart(
        scale=scale,
        people=tuple(row for row in people if row.votes),
        rules=_rules(signals),
        scatter=scatter_of(dots),
        scores=_scores(panel, scale),
        recovered=recovered,
        change=_change(panel, scale, recovered),
    )


def _kind(row: PersonRow) -> str:
    return "excluded" if row.excluded else "flagged" if row.flags else ""


def _person(panel: "Panel", place: int, signals: "Signals", found: "Recovered", without: float | None) -> PersonRow:
    from annotation.aggregation.estimates import Estimate  # slow import

    bias = [float(column[place]) for column in (found.bias, found.bias_low, found.bias_high)]
    spread = [
        float(column[place]) for column in (found.inconsistency, found.inconsistency_low, found.inconsistency_high)
    ]
    axis = axis_of(-2.0, 2.0)
    return PersonRow(
        name=panel.annotators[place],
        votes=signals.votes,
        bias=line_of("bias", Estimate(*bias), axis),
        inconsistency=line_of("inconsistency", Estimate(*spread), axis),
        flags=tuple(WORDS[flag][0].lower() for flag in signals.flags),
        excluded=bool(panel.excluded[place]),
        without=None if panel.excluded[place] else without,
    )


def _rules(signals: "list[Signals]") -> tuple[RuleRow, ...]:
    from annotation.aggregation.signals import CONDITIONAL

    if not signals:
        return ()
    columns = zip(*(one.every for one in signals), strict=True)
    return tuple(
        RuleRow(
            WORDS[column[0].name][0],
            column[0].threshold,
            sum(signal.flagged for signal in column),
            sum(signal.too_few for signal in column),
        )
        for column in columns
        if column[0].name != CONDITIONAL or any(signal.votes for signal in column)
    )


def _scores(panel: "Panel", scale: str) -> Bars:
    """The distribution of the regions' means."""
    import numpy as np  # slow import

    ballots, top = panel.ballots(scale), panel.tops[scale]
    means = ballots.means()[ballots.per_region() > 0]
    counts, edges = np.histogram(means, bins=SCORE_BINS, range=(0, top))
    words = [f"{(low + high) / 2:.1f}" for low, high in pairwise(edges.tolist())]
    return bars_of("Mean of the votes", words, counts.tolist())


def _change(panel: "Panel", scale: str, recovered: "Recovered") -> float:
    import numpy as np

    ballots = panel.ballots(scale)
    voted = (ballots.per_region() > 0) & np.isfinite(recovered.score)
    return float(np.sqrt(((ballots.means()[voted] - recovered.score[voted]) ** 2).mean())) if voted.any() else 0.0
