"""A number with its 95 % interval as plain numbers for an SVG template: a dot on a line, all on one axis."""

from collections.abc import Sequence
from dataclasses import dataclass

from annotation.aggregation.estimates import Estimate

WIDTH = 260


@dataclass(frozen=True, slots=True)
class IntervalLine:
    """`x` of the dot and `low`, `high` of the line, in SVG units; None where nothing is known."""

    name: str
    value: float | None
    words: str
    x: float | None
    low: float | None
    high: float | None

    @property
    def width(self) -> float:
        return 0.0 if self.low is None or self.high is None else round(self.high - self.low, 1)


@dataclass(frozen=True, slots=True)
class Axis:
    lowest: float
    highest: float
    ticks: tuple[tuple[float, str], ...]
    width: int = WIDTH

    def place(self, value: float) -> float:
        share = (value - self.lowest) / (self.highest - self.lowest)
        return round(WIDTH * min(1.0, max(0.0, share)), 1)


def axis_of(lowest: float, highest: float, steps: int = 4) -> Axis:
    bare = Axis(lowest, highest, ())
    values = [lowest + (highest - lowest) * step / steps for step in range(steps + 1)]
    return Axis(lowest, highest, tuple((bare.place(value), f"{value:g}".replace("-", "\u2212")) for value in values))


def line_of(name: str, estimate: Estimate | None, axis: Axis, places: int = 2) -> IntervalLine:
    if estimate is None or estimate.value is None:
        return IntervalLine(name, None, "not enough votes", None, None, None)
    low, high = estimate.low, estimate.high
    words = f"{estimate.value:.{places}f}"
    if low is not None and high is not None:
        words += f" [{low:.{places}f}, {high:.{places}f}]"
    known = [None if end is None else axis.place(end) for end in (low, high)]
    return IntervalLine(name, estimate.value, words.replace("-", "\u2212"), axis.place(estimate.value), *known)


def widest(values: Sequence[float | None], least: float) -> float:
    """A round number that all magnitudes stay within."""
    most = max((abs(value) for value in values if value is not None), default=least)
    return max(least, -(-most * 10 // 1) / 10)
