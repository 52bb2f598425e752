"""The honest curve as plain numbers for SVG templates: two running lines, a ceiling, a mark for each version."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext, gettext_noop

from annotation.aggregation.honesty import Point, Score
from annotation.queries.honesty import PARTS, Curve, Honesty
from webapp.spoken import spoken

WIDTH, HEIGHT = 380, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 30, 10, 18, 24
LETTERS = 12
"""Of the numbers at the ends of lines, as far apart as they can still be read."""
PART_WORDS = {"random": gettext_noop("random order"), "model": gettext_noop("chosen by the model")}


@dataclass(frozen=True, slots=True)
class Series:
    """What one line shows. `style` is its class in the style sheet; a `number` is written at its end, 0 is not."""

    style: str
    words: str
    points: Sequence[Point]
    number: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """`points` for a polyline; `end` is where its last value lies, `label` how high its number stands."""

    style: str
    points: str
    end: tuple[float, float]
    last: float
    number: int
    label: float


@dataclass(frozen=True, slots=True)
class Mark:
    x: float
    number: int


@dataclass(frozen=True, slots=True)
class Axis:
    """The values at the bottom and at the top, and those that are written beside it."""

    bottom: float
    top: float
    steps: tuple[float, ...]

    def y(self, value: float) -> float:
        return round(_TOP + (HEIGHT - _TOP - _BOTTOM) * (self.top - value) / (self.top - self.bottom), 1)


@dataclass(frozen=True, slots=True)
class HonestChart:
    """`grid` is (y, number), `ticks` (x, number of labels); `ceiling` its y."""

    name: str
    caption: str
    title: str
    description: str
    lines: tuple[Line, ...]
    ceiling: float | None
    marks: tuple[Mark, ...]
    grid: tuple[tuple[float, str], ...]
    ticks: tuple[tuple[float, int], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    top: int = _TOP
    bottom: int = HEIGHT - _BOTTOM


def honest_charts(found: Honesty) -> list[HonestChart]:
    """Two for each scale, order and distance, with a line for each part; `marks` are numbered as `found.numbers` has it."""
    return [
        draw(curve, found, [Series(part, gettext(PART_WORDS[part]).capitalize(), curve.points[part]) for part in PARTS])
        for curve in found.curves
        for draw in (order_chart, distance_chart)
    ]


def order_chart(curve: Curve, found: Honesty, series: Sequence[Series], suffix: str = "") -> HonestChart:
    axis = Axis(0, 1, (0, 0.25, 0.5, 0.75, 1))
    if any(value < 0 for one in series for _, value in _values(one, "srocc")):
        axis = Axis(-1, 1, (-1, -0.5, 0, 0.5, 1))
    ceiling = gettext("The votes leave a ceiling of {ceiling}.")
    said = [] if curve.ceiling is None else [ceiling.format(ceiling=f"{curve.ceiling:.2f}")]
    return HonestChart(
        name=f"{curve.scale}{suffix}",
        caption=gettext("{scale}: rank correlation (SROCC)").format(scale=_name(curve)),
        title=gettext("{scale}: running rank correlation (SROCC) of the model with people").format(scale=_name(curve)),
        description=" ".join([*_description(series, "srocc"), *said]),
        lines=_lines(series, "srocc", found.labels, axis),
        ceiling=None if curve.ceiling is None else axis.y(curve.ceiling),
        marks=_marks(found),
        grid=_grid(axis),
        ticks=_ticks(found),
    )


def distance_chart(curve: Curve, found: Honesty, series: Sequence[Series], suffix: str = "") -> HonestChart:
    highest = max((value for one in series for _, value in _values(one, "mae")), default=0.0)
    top = max(1.0, math.ceil(2 * highest) / 2)
    step = 0.25 if top == 1 else 0.5
    axis = Axis(0, top, tuple(step * number for number in range(round(top / step) + 1)))
    return HonestChart(
        name=f"{curve.scale}-mae{suffix}",
        caption=gettext("{scale}: levels off (MAE)").format(scale=_name(curve)),
        title=gettext("{scale}: running mean absolute error (MAE) of the model in levels").format(scale=_name(curve)),
        description=" ".join(_description(series, "mae")),
        lines=_lines(series, "mae", found.labels, axis),
        ceiling=None,
        marks=_marks(found),
        grid=_grid(axis),
        ticks=_ticks(found),
    )


def _marks(found: Honesty) -> tuple[Mark, ...]:
    return tuple(Mark(_x(at, found.labels), number) for number, (at, _) in enumerate(found.begins, start=1))


def _grid(axis: Axis) -> tuple[tuple[float, str], ...]:
    return tuple((axis.y(step), f"{step:g}") for step in axis.steps)


def _ticks(found: Honesty) -> tuple[tuple[float, int], ...]:
    return tuple((_x(number, found.labels), number) for number in sorted({1, found.labels}) if number)


def _values(series: Series, measure: str) -> list[tuple[int, float]]:
    """Label number and value of each window that has one."""
    found = [(point.at, _measured(point.score, measure)) for point in series.points]
    return [(at, value) for at, value in found if value is not None]


def _measured(score: Score, measure: str) -> float | None:
    return score.srocc if measure == "srocc" else score.mae


def _lines(series: Sequence[Series], measure: str, labels: int, axis: Axis) -> tuple[Line, ...]:
    drawn = [(one, values) for one in series if (values := _values(one, measure))]
    places = [[(_x(at, labels), axis.y(value)) for at, value in values] for _, values in drawn]
    heights = spread([place[-1] for place in places])
    return tuple(
        Line(one.style, " ".join(f"{x},{y}" for x, y in place), place[-1], values[-1][1], one.number, height)
        for (one, values), place, height in zip(drawn, places, heights, strict=True)
    )


def spread(ends: Sequence[tuple[float, float]]) -> list[float]:
    """How high the number at each end stands: beside it, but no two on each other and none below the chart."""
    order = sorted(range(len(ends)), key=lambda place: ends[place][1])
    heights = [y for _, y in ends]
    for above, place in pairwise(order):
        heights[place] = max(heights[place], heights[above] + LETTERS)
    lowest = float(HEIGHT - _BOTTOM)
    for place in reversed(order):
        heights[place] = min(heights[place], lowest)
        lowest = heights[place] - LETTERS
    return [round(height, 1) for height in heights]


def _x(number: int, labels: int) -> float:
    return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * (number - 1) / max(1, labels - 1), 1)


def _description(series: Sequence[Series], measure: str) -> list[str]:
    words = gettext("{order}: {first} at first, {last} now.")
    drawn = [(one.words, values) for one in series if (values := _values(one, measure))]
    return [
        words.format(order=name, first=f"{values[0][1]:.2f}", last=f"{values[-1][1]:.2f}") for name, values in drawn
    ]


def _name(curve: Curve) -> str:
    return spoken(curve.scale, "scale").capitalize()
