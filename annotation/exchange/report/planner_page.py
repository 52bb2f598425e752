"""What a number of votes will buy, as curves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from annotation.aggregation.planning import Bought, Expected

VOTES = range(3, 26, 2)
WIDTH, HEIGHT = 420, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 12, 12, 26


@dataclass(frozen=True, slots=True)
class Curve:
    """`points` for a polyline, `grid` as (y, word), `ticks` as (x, votes)."""

    name: str
    points: str
    dots: tuple[tuple[float, float, str], ...]
    grid: tuple[tuple[float, str], ...]
    ticks: tuple[tuple[float, int], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    bottom: int = HEIGHT - _BOTTOM


def planner_page(
    expected: "Expected | None", *, pilot: bool, is_distortion: bool, wanted: int = VOTES[0]
) -> dict[str, object]:
    """What the template `panel/planner.html` needs. `pilot`: it comes from votes, not from what somebody expects. The table
    has a row for the votes that the study wants, too.
    """
    from annotation.aggregation.planning import buy  # slow import

    bought = {count: buy(expected, count) for count in sorted({*VOTES, wanted})} if expected else {}
    return {
        "expected": expected,
        "pilot": pilot,
        "bought": list(bought.values()),
        "curves": _curves([bought[count] for count in VOTES if count in bought]),
        "is_distortion": is_distortion,
    }


def _curves(bought: "Sequence[Bought]") -> list[Curve]:
    if not bought:
        return []
    widths = _curve("Half the interval’s width, in levels", [(one.votes, one.half_width) for one in bought], "")
    wrong = [(one.votes, 100 * one.wrong_class) for one in bought]
    classes = _curve("Labels in the wrong class", wrong, "\u202f%")
    sides = [(one.votes, 100 * one.wrong_with) for one in bought if one.wrong_with is not None]
    return [widths, classes, *([_curve("With or without wrong", sides, "\u202f%")] if sides else [])]


def _curve(name: str, values: Sequence[tuple[int, float]], unit: str) -> Curve:
    most = max(value for _, value in values) or 1.0
    first, last = values[0][0], values[-1][0]
    dots = tuple(
        (
            round(_LEFT + (WIDTH - _LEFT - _RIGHT) * (votes - first) / (last - first), 1),
            round(_TOP + (HEIGHT - _TOP - _BOTTOM) * (1 - value / most), 1),
            f"{votes} votes: {value:.2g}{unit}",
        )
        for votes, value in values
    )
    grid = tuple(
        (round(_TOP + (HEIGHT - _TOP - _BOTTOM) * (1 - share), 1), f"{share * most:.2g}{unit}")
        for share in (0.0, 0.5, 1.0)
    )
    ticks = tuple((dot[0], votes) for dot, (votes, _) in zip(dots, values, strict=True))
    return Curve(name, " ".join(f"{x},{y}" for x, y, _ in dots), dots, grid, ticks)
