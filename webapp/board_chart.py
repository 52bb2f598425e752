"""The board's pictures as plain numbers for SVG: votes in all with the forecast, and one small strip of days a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from webapp.ticks import round_counts

WIDTH, HEIGHT = 720, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 16, 14, 26
STRIP_HEIGHT = 26
_STRIP_STEP = 7


@dataclass(frozen=True, slots=True)
class Growth:
    """`line` and `area` are what was said so far, `ahead` how it goes on; `goal` is the height of all opinions."""

    line: str
    area: str
    ahead: str
    goal: float
    today_x: float
    today_y: float
    end_x: float | None
    ticks: tuple[tuple[float, date], ...]
    grid: tuple[tuple[float, int], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    bottom: int = HEIGHT - _BOTTOM


@dataclass(frozen=True, slots=True)
class Day:
    x: float
    y: float
    height: float
    count: int


def growth(days: Mapping[date, int], wanted: int, done_on: date | None, today: date) -> Growth | None:
    """None before the first vote."""
    if not days:
        return None
    total = sum(days.values())
    end = done_on if done_on is not None and done_on > today else today
    first = min(*days, end - timedelta(days=1))  # a line on the very first day, too
    span = (end - first).days
    most = max(wanted, total, 1)

    def x(day: date) -> float:
        return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * (day - first).days / span, 1)

    def y(count: float) -> float:
        return round(_TOP + (HEIGHT - _TOP - _BOTTOM) * (1 - count / most), 1)

    line = " ".join(f"{x(day)},{y(count)}" for day, count in _so_far(days, first, today))
    area = f"{_LEFT},{y(0)} {line} {x(today)},{y(0)}"
    ahead = f"{x(today)},{y(total)} {x(end)},{y(wanted)}" if end > today else ""
    ticks = tuple((x(day), day) for day in _ticks(first, end))
    grid = tuple((y(count), count) for count in round_counts(most))
    return Growth(line, area, ahead, y(wanted), x(today), y(total), x(end) if ahead else None, ticks, grid)


def strip(counts: Sequence[int], most: int) -> list[Day]:
    """Bars of one scale for everybody, so that people can be compared."""
    bars = []
    for place, count in enumerate(counts):
        height = round(max(STRIP_HEIGHT * count / max(most, 1), 2 if count else 1), 1)
        bars.append(Day(place * _STRIP_STEP, round(STRIP_HEIGHT - height, 1), height, count))
    return bars


def _so_far(days: Mapping[date, int], first: date, today: date) -> list[tuple[date, int]]:
    """The sum at the end of each day on which it changed, and today."""
    points: list[tuple[date, int]] = []
    total = 0
    for day in sorted(days):
        if days[day] and day - timedelta(days=1) >= first and (not points or points[-1][0] < day - timedelta(days=1)):
            points.append((day - timedelta(days=1), total))
        total += days[day]
        points.append((day, total))
    if points[-1][0] < today:
        points.append((today, total))
    return points


def _ticks(first: date, end: date) -> list[date]:
    """At most six dates, evenly, the first among them."""
    span = (end - first).days
    step = max(1, -(-span // 5))
    return [first + timedelta(days=number) for number in range(0, span + 1, step)]
