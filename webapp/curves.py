"""Lines and intervals as plain numbers for SVG templates, as `charts` does for bars."""

from collections.abc import Sequence
from dataclasses import dataclass

from annotation.models import GateCheck
from webapp.measured import Estimate, Measured
from webapp.ticks import round_range

SPARK_WIDTH, SPARK_HEIGHT = 160, 36
HISTORY_WIDTH, HISTORY_HEIGHT = 340, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 36, 12, 10, 26
RANGE_WIDTH = 240
_LEAST_SPAN = 0.1


@dataclass(frozen=True, slots=True)
class Spark:
    """A curve without axes: `points` for a polyline."""

    points: str
    first: float
    last: float
    width: int = SPARK_WIDTH
    height: int = SPARK_HEIGHT


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float
    low: float
    high: float
    value: float
    words: str


@dataclass(frozen=True, slots=True)
class History:
    """A score of the versions in the order in which they were measured. `grid` is (y, number)."""

    title: str
    points: tuple[Point, ...]
    line: str
    grid: tuple[tuple[float, str], ...]
    width: int = HISTORY_WIDTH
    height: int = HISTORY_HEIGHT
    left: int = _LEFT
    right: int = HISTORY_WIDTH - _RIGHT


@dataclass(frozen=True, slots=True)
class Range:
    """A difference with its interval and the bound it had to be above, on one line with zero."""

    low: float
    high: float
    middle: float
    zero: float
    bound: float
    width: int = RANGE_WIDTH


def spark(values: Sequence[float]) -> Spark | None:
    if len(values) < 2:
        return None
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    step = SPARK_WIDTH / (len(values) - 1)
    points = " ".join(
        f"{place * step:.1f},{2 + (SPARK_HEIGHT - 4) * (high - value) / span:.1f}" for place, value in enumerate(values)
    )
    return Spark(points, values[0], values[-1])


def history(title: str, found: Sequence[Measured], estimates: Sequence[Estimate]) -> History:
    low = min((one.low for one in estimates), default=0.0)
    high = max((one.high for one in estimates), default=1.0)
    marks = round_range(min(low, high - _LEAST_SPAN), high)
    floor, ceiling = marks[0], marks[-1]
    inside = HISTORY_HEIGHT - _TOP - _BOTTOM

    def y(value: float) -> float:
        return round(_TOP + inside * (ceiling - value) / (ceiling - floor), 1)

    step = (HISTORY_WIDTH - _LEFT - _RIGHT) / max(1, len(estimates))
    points = tuple(
        Point(
            round(_LEFT + step * (place + 0.5), 1),
            y(one.value),
            y(one.low),
            y(one.high),
            one.value,
            f"{measured.version.name}: {one.value:.3f} [{one.low:.3f}, {one.high:.3f}]",
        )
        for place, (measured, one) in enumerate(zip(found, estimates, strict=True))
    )
    grid = tuple((y(mark), f"{mark:g}") for mark in marks)
    return History(title, points, " ".join(f"{point.x},{point.y}" for point in points), grid)


def range_of(check: GateCheck, reach: float) -> Range | None:
    """`reach` is the largest number on the line, on both sides of zero."""
    if check.difference is None:
        return None

    def x(value: float | None) -> float:
        at = check.difference if value is None else value
        return round(RANGE_WIDTH * (0.5 + 0.5 * max(-1.0, min(1.0, (at or 0.0) / reach))), 1)

    return Range(x(check.low), x(check.high), x(check.difference), x(0.0), x(check.bound))


def reach_of(checks: Sequence[GateCheck]) -> float:
    """So that every interval fits, and the lines of one run can be compared."""
    numbers = [abs(n) for check in checks if check.difference is not None for n in _ends(check) if n is not None]
    return max([0.05, *numbers]) * 1.05


def _ends(check: GateCheck) -> tuple[float | None, ...]:
    return (check.difference, check.low, check.high, check.bound)
