"""Annotators as dots: bias to the right, inconsistency upwards, as plain numbers for an SVG template."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from annotation.exchange.report.lines import widest

WIDTH, HEIGHT = 420, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 12, 12, 30
_R, _LETTER, _HEIGHT = 6, 6, 10
"""Of a dot, and of the letters of its name."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass(frozen=True, slots=True)
class Person:
    """What a dot needs to know; `kind` is "", "flagged" or "excluded", `link` the address of the person's page, if any."""

    name: str
    link: str
    bias: float
    inconsistency: float
    kind: str


@dataclass(frozen=True, slots=True)
class Name:
    """Where it stands: `y` is that of its baseline."""

    x: float
    y: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Dot:
    """Those that stand out are named, as far as there is room; the words are there for all."""

    person: Person
    x: float
    y: float
    words: str
    name: Name | None = None


@dataclass(frozen=True, slots=True)
class Scatter:
    dots: tuple[Dot, ...]
    zero: float
    across: tuple[tuple[float, str], ...]
    up: tuple[tuple[float, str], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    top: int = _TOP
    bottom: int = HEIGHT - _BOTTOM


def scatter_of(people: Sequence[Person]) -> Scatter:
    """Both axes are in levels; no bias is in the middle."""
    reach = widest([person.bias for person in people], 0.5)
    most = widest([person.inconsistency for person in people], 1.0)
    steps = [step * reach for step in (-1.0, -0.5, 0.0, 0.5, 1.0)]
    return Scatter(
        dots=_named([_dot(person, reach, most) for person in people]),
        zero=_x(0.0, reach),
        across=tuple((_x(bias, reach), f"{bias:+.2g}".replace("-", "\u2212") if bias else "0") for bias in steps),
        up=tuple((_y(step * most, most), f"{step * most:.2g}") for step in (0.0, 0.5, 1.0)),
    )


def _dot(person: Person, reach: float, most: float) -> Dot:
    side = "above" if person.bias >= 0 else "below"
    words = f"{person.name}: {abs(person.bias):.2f} levels {side} the others, inconsistency {person.inconsistency:.2f}"
    return Dot(person, _x(person.bias, reach), _y(person.inconsistency, most), words)


def _named(dots: Sequence[Dot]) -> tuple[Dot, ...]:
    """The excluded and the flagged, farthest from the middle of the picture first; a name has the first place that is free."""
    taken = [(dot.x - _R, dot.y - _R, dot.x + _R, dot.y + _R) for dot in dots]
    found = list(dots)
    order = sorted(range(len(dots)), key=lambda place: (dots[place].y, abs(dots[place].x - WIDTH / 2)))
    for place in order:
        dot = dots[place]
        if not dot.person.kind:
            continue
        for name in _places(dot):
            box = _box(name, dot.person.name)
            if _inside(box) and not any(_meet(box, other) for other in taken):
                taken.append(box)
                found[place] = replace(dot, name=name)
                break
    return tuple(found)


def _places(dot: Dot) -> list[Name]:
    """Above, below, to the right, to the left."""
    gap = _R + 4
    beside = dot.y + _LETTER / 2
    return [
        Name(dot.x, round(dot.y - gap, 1), "middle"),
        Name(dot.x, round(dot.y + gap + _LETTER, 1), "middle"),
        Name(round(dot.x + gap, 1), beside, "start"),
        Name(round(dot.x - gap, 1), beside, "end"),
    ]


def _box(name: Name, text: str) -> Box:
    """About what the text covers, in letters of ten units."""
    width = _LETTER * len(text)
    left = name.x - {"middle": width / 2, "start": 0.0, "end": width}[name.anchor]
    return left, name.y - _HEIGHT, left + width, name.y + 2


def _inside(box: Box) -> bool:
    """Of the picture, right of the numbers on its axis."""
    return box[0] >= _LEFT and box[1] >= 0 and box[2] <= WIDTH and box[3] <= HEIGHT


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _x(bias: float, reach: float) -> float:
    return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * (bias + reach) / (2 * reach), 1)


def _y(inconsistency: float, most: float) -> float:
    return round(_TOP + (HEIGHT - _TOP - _BOTTOM) * (1 - inconsistency / most), 1)
