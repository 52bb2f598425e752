"""Annotators as dots: bias to the right, inconsistency upwards, as plain numbers for an SVG template."""

from collections.abc import Sequence
from dataclasses import dataclass

from annotation.exchange.report.lines import widest

WIDTH, HEIGHT = 420, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 12, 12, 30


@dataclass(frozen=True, slots=True)
class Person:
    """What a dot needs to know; `kind` is "", "flagged" or "excluded"."""

    name: str
    link: int
    bias: float
    inconsistency: float
    kind: str


@dataclass(frozen=True, slots=True)
class Dot:
    person: Person
    x: float
    y: float
    words: str


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
    steps = (-1.0, -0.5, 0.0, 0.5, 1.0)
    return Scatter(
        dots=tuple(_dot(person, reach, most) for person in people),
        zero=_x(0.0, reach),
        across=tuple((_x(step * reach, reach), f"{step * reach:+.2g}".replace("-", "\u2212")) for step in steps),
        up=tuple((_y(step * most, most), f"{step * most:.2g}") for step in (0.0, 0.5, 1.0)),
    )


def _dot(person: Person, reach: float, most: float) -> Dot:
    side = "above" if person.bias >= 0 else "below"
    words = f"{person.name}: {abs(person.bias):.2f} levels {side} the others, inconsistency {person.inconsistency:.2f}"
    return Dot(person, _x(person.bias, reach), _y(person.inconsistency, most), words)


def _x(bias: float, reach: float) -> float:
    return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * (bias + reach) / (2 * reach), 1)


def _y(inconsistency: float, most: float) -> float:
    return round(_TOP + (HEIGHT - _TOP - _BOTTOM) * (1 - inconsistency / most), 1)
