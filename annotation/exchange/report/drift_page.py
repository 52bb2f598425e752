"""The page about drift: alarms first, then everybody's slope, then second looks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotation.exchange.report.lines import Axis, IntervalLine, axis_of, line_of, widest

if TYPE_CHECKING:
    from annotation.aggregation.again import Repeated
    from annotation.aggregation.alarms import Alarm
    from annotation.aggregation.analysis import Drift
    from annotation.aggregation.estimates import Estimate

VOTES = 50
"""The slope is shown over so many votes: a long sitting."""
HOURS, WEEK = 8.0, 7.0
WHAT = {
    "fatigue": "votes move within a sitting",
    "time_of_day": "votes move with the time of day",
    "days": "votes move from week to week",
    "sittings": "sittings differ more than chance explains",
    "repeats": "second looks move away from the first, from week to week",
}


@dataclass(frozen=True, slots=True)
class Warned:
    """`who` is empty when it is about everybody; `amount` and `most` are in levels."""

    who: str
    what: str
    amount: str
    most: str


@dataclass(frozen=True, slots=True)
class Part:
    """One scale. `hours` and `days` go with the lines of everybody's votes over so many; None where nobody worked so long."""

    scale: str
    all: IntervalLine
    people: list[IntervalLine]
    axis: Axis
    sittings: int
    between: float | None
    hours: int
    over_hours: IntervalLine | None
    days: int
    over_days: IntervalLine | None
    alarms: list[Warned]


@dataclass(frozen=True, slots=True)
class Repeats:
    """Second looks on one scale: everybody's, then each person's who had some; `change` is over a week."""

    scale: str
    all: "Repeated"
    people: list[tuple[str, "Repeated"]]
    change: IntervalLine


def drift_page(found: "Mapping[str, Drift]", names: Sequence[str]) -> dict[str, object]:
    """What the template `panel/drift.html` needs; `names` are in the panel's order."""
    return {
        "parts": [_part(scale, one, names) for scale, one in found.items() if len(one.course.residual)],
        "repeats": [_repeats(scale, one, names) for scale, one in found.items() if one.again.all.pairs],
        "votes": VOTES,
    }


def _part(scale: str, found: "Drift", names: Sequence[str]) -> Part:
    over = [_over(estimate) for estimate in found.fatigue.each]
    reach = widest([end for one in over for end in (one.low, one.high)], 0.5)
    axis = axis_of(-reach, reach)
    people = [line_of(name, one, axis) for name, one in zip(names, over, strict=True) if one.value is not None]
    hours, days = (float(along.max() - along.min()) for along in (found.course.hour, found.course.day))
    hours, days = int(min(hours, HOURS)), int(min(days, WEEK))
    return Part(
        scale=scale,
        all=line_of("", _over(found.fatigue.all), axis),
        people=sorted(people, key=lambda line: -abs(line.value or 0.0)),
        axis=axis,
        sittings=found.sittings.sittings,
        between=found.sittings.sd,
        hours=hours,
        over_hours=line_of("", _over(found.hours.all, hours), axis) if hours >= 1 else None,
        days=days,
        over_days=line_of("", _over(found.days.all, days), axis) if days >= 1 else None,
        alarms=[_warned(alarm, names) for alarm in found.alarms],
    )


def _repeats(scale: str, found: "Drift", names: Sequence[str]) -> Repeats:
    people = [(name, one) for name, one in zip(names, found.again.each, strict=True) if one.pairs]
    return Repeats(
        scale=scale,
        all=found.again.all,
        people=sorted(people, key=lambda pair: -(pair[1].sd or 0.0)),
        change=line_of("", _over(found.again.slope.all, WEEK), axis_of(-1.0, 1.0)),
    )


def _over(estimate: "Estimate", reach: float = VOTES) -> "Estimate":
    """The slope over so many votes, hours or days."""
    from annotation.aggregation.estimates import Estimate  # slow import

    ends = [None if end is None else end * reach for end in (estimate.value, estimate.low, estimate.high)]
    return Estimate(*ends)


def _warned(alarm: "Alarm", names: Sequence[str]) -> Warned:
    who = "" if alarm.annotator is None else names[alarm.annotator]
    return Warned(who, WHAT[alarm.what], f"{alarm.value:+.2f}".replace("-", "\u2212"), f"{alarm.threshold:g}")
