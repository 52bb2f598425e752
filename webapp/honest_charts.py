"""The honest curve as plain numbers for an SVG template: two running lines, a ceiling, a mark for each version."""

from collections.abc import Sequence
from dataclasses import dataclass

from annotation.aggregation.honesty import Point
from annotation.queries.honesty import PARTS, Curve, Honesty

WIDTH, HEIGHT = 380, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 30, 10, 18, 24
PART_WORDS = {"random": "random order", "model": "chosen by the model"}


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
class HonestChart:
    """`grid` is (y, number), `ticks` (x, number of labels); `ceiling` its y."""

    name: str
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
    """One for each scale; versions are numbered in the order in which they began to speak."""
    return [_chart(curve, found) for curve in found.curves]


def _chart(curve: Curve, found: Honesty) -> HonestChart:
    lowest = _lowest(curve)
    lines = [_line(part, curve.points[part], found.labels, lowest) for part in PARTS]
    steps = (0.0, 0.25, 0.5, 0.75, 1.0) if lowest == 0 else (-1.0, -0.5, 0.0, 0.5, 1.0)
    return HonestChart(
        name=curve.scale,
        title=f"{curve.scale.capitalize()}: running rank correlation (SROCC) of the model with people",
        description=_description(curve),
        lines=tuple(line for line in lines if line is not None),
        ceiling=None if curve.ceiling is None else _y(curve.ceiling, lowest),
        marks=tuple(Mark(_x(at, found.labels), number) for number, (at, _) in enumerate(found.begins, start=1)),
        grid=tuple((_y(step, lowest), f"{step:g}") for step in steps),
        ticks=tuple((_x(number, found.labels), number) for number in sorted({1, found.labels}) if number),
    )


def _lowest(curve: Curve) -> float:
    """The axis begins at 0, or at -1 when anything is below."""
    values = [point.score.srocc or 0.0 for points in curve.points.values() for point in points]
    return -1.0 if min(values, default=0.0) < 0 else 0.0


def _line(part: str, points: Sequence[Point], labels: int, lowest: float) -> Line | None:
    places = [
        (_x(point.at, labels), _y(point.score.srocc, lowest)) for point in points if point.score.srocc is not None
    ]
    if not places:
        return None
    last = [point.score.srocc for point in points if point.score.srocc is not None][-1]
    return Line(part, PART_WORDS[part], " ".join(f"{x},{y}" for x, y in places), places[-1], last)


def _x(number: int, labels: int) -> float:
    return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * (number - 1) / max(1, labels - 1), 1)


def _y(value: float, lowest: float) -> float:
    return round(_TOP + (HEIGHT - _TOP - _BOTTOM) * (1 - value) / (1 - lowest), 1)


def _description(curve: Curve) -> str:
    said = []
    for part in PARTS:
        scores = [point.score.srocc for point in curve.points[part] if point.score.srocc is not None]
        if scores:
            said.append(f"{PART_WORDS[part].capitalize()}: {scores[0]:.2f} at first, {scores[-1]:.2f} now.")
    if curve.ceiling is not None:
        said.append(f"The votes leave a ceiling of {curve.ceiling:.2f}.")
    return " ".join(said)
