"""The honest curve as plain numbers for SVG templates: two running lines, a ceiling, a mark for each version."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from annotation.aggregation.honesty import Score
from annotation.queries.honesty import PARTS, Curve, Honesty
from webapp.spoken import spoken

WIDTH, HEIGHT = 380, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 30, 10, 18, 24
PART_WORDS = {"random": gettext_noop("random order"), "model": gettext_noop("chosen by the model")}


@dataclass(frozen=True, slots=True)
class Line:
    """`points` for a polyline; `end` is where its last value lies."""

    part: str
    words: str
    points: str
    end: tuple[float, float]
    last: float


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
    """Two for each scale, order and distance; versions are numbered in the order in which they began to speak."""
    return [chart for curve in found.curves for chart in (_order(curve, found), _distance(curve, found))]


def _order(curve: Curve, found: Honesty) -> HonestChart:
    axis = Axis(0, 1, (0, 0.25, 0.5, 0.75, 1))
    if any(value < 0 for part in PARTS for _, value in _values(curve, part, "srocc")):
        axis = Axis(-1, 1, (-1, -0.5, 0, 0.5, 1))
    ceiling = gettext("The votes leave a ceiling of {ceiling}.")
    said = [] if curve.ceiling is None else [ceiling.format(ceiling=f"{curve.ceiling:.2f}")]
    return _chart(
        curve,
        found,
        "srocc",
        axis,
        name=curve.scale,
        caption=gettext("{scale}: rank correlation (SROCC)").format(scale=_name(curve)),
        title=gettext("{scale}: running rank correlation (SROCC) of the model with people").format(scale=_name(curve)),
        description=" ".join([*_description(curve, "srocc"), *said]),
        ceiling=None if curve.ceiling is None else axis.y(curve.ceiling),
    )


def _distance(curve: Curve, found: Honesty) -> HonestChart:
    highest = max((value for part in PARTS for _, value in _values(curve, part, "mae")), default=0.0)
    top = max(1.0, math.ceil(2 * highest) / 2)
    step = 0.25 if top == 1 else 0.5
    return _chart(
        curve,
        found,
        "mae",
        Axis(0, top, tuple(step * number for number in range(round(top / step) + 1))),
        name=f"{curve.scale}-mae",
        caption=gettext("{scale}: levels off (MAE)").format(scale=_name(curve)),
        title=gettext("{scale}: running mean absolute error (MAE) of the model in levels").format(scale=_name(curve)),
        description=" ".join(_description(curve, "mae")),
        ceiling=None,
    )


def _chart(
    curve: Curve,
    found: Honesty,
    measure: str,
    axis: Axis,
    *,
    name: str,
    caption: str,
    title: str,
    description: str,
    ceiling: float | None,
) -> HonestChart:
    lines = [_line(part, _values(curve, part, measure), found.labels, axis) for part in PARTS]
    return HonestChart(
        name=name,
        caption=caption,
        title=title,
        description=description,
        lines=tuple(line for line in lines if line is not None),
        ceiling=ceiling,
        marks=tuple(Mark(_x(at, found.labels), number) for number, (at, _) in enumerate(found.begins, start=1)),
        grid=tuple((axis.y(step), f"{step:g}") for step in axis.steps),
        ticks=tuple((_x(number, found.labels), number) for number in sorted({1, found.labels}) if number),
    )


def _values(curve: Curve, part: str, measure: str) -> list[tuple[int, float]]:
    """Label number and value of each window that has one."""
    found = [(point.at, _measured(point.score, measure)) for point in curve.points[part]]
    return [(at, value) for at, value in found if value is not None]


def _measured(score: Score, measure: str) -> float | None:
    return score.srocc if measure == "srocc" else score.mae


def _line(part: str, values: Sequence[tuple[int, float]], labels: int, axis: Axis) -> Line | None:
    if not values:
        return None
    places = [(_x(at, labels), axis.y(value)) for at, value in values]
    return Line(part, PART_WORDS[part], " ".join(f"{x},{y}" for x, y in places), places[-1], values[-1][1])


def _x(number: int, labels: int) -> float:
    return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * (number - 1) / max(1, labels - 1), 1)


def _description(curve: Curve, measure: str) -> list[str]:
    values = {part: _values(curve, part, measure) for part in PARTS}
    words = gettext("{order}: {first} at first, {last} now.")
    return [
        words.format(
            order=gettext(PART_WORDS[part]).capitalize(), first=f"{found[0][1]:.2f}", last=f"{found[-1][1]:.2f}"
        )
        for part, found in values.items()
        if found
    ]


def _name(curve: Curve) -> str:
    return spoken(curve.scale, "scale").capitalize()
