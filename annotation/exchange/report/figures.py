"""Figures of a report as plain numbers for SVG templates."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 420, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 10, 12, 30
_LETTER = 8.0
"""Of a word below a bar, about, as wide as on a phone, where letters are drawn larger."""
_WIDEST = 48.0
"""Of a bar: one alone is no wall."""


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    middle: float
    word: str
    count: int


@dataclass(frozen=True, slots=True)
class Bars:
    """A histogram. `ticks` names some of the bars where there are too many words; `scale` is whose levels they are."""

    name: str
    bars: tuple[Bar, ...]
    ticks: tuple[Bar, ...]
    most: int
    scale: str = ""
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    top: int = _TOP
    bottom: int = HEIGHT - _BOTTOM


def bars_of(name: str, words: Sequence[str], counts: Sequence[int], scale: str = "") -> Bars:
    step = (WIDTH - _LEFT - _RIGHT) / max(1, len(counts))
    most = max(counts, default=0) or 1
    room = HEIGHT - _TOP - _BOTTOM
    width = min(0.8 * step, _WIDEST)
    bars = tuple(
        Bar(
            x=round(_LEFT + (place + 0.5) * step - width / 2, 1),
            y=round(_TOP + room * (1 - count / most), 1),
            width=round(width, 1),
            height=round(room * count / most, 1),
            middle=round(_LEFT + (place + 0.5) * step, 1),
            word=word,
            count=count,
        )
        for place, (word, count) in enumerate(zip(words, counts, strict=True))
    )
    return Bars(name, bars, bars[:: _every(words, step)], most, scale)


def _every(words: Sequence[str], step: float) -> int:
    """How many bars share a word, so that there are at most twelve and none runs into the next."""
    widest = max((len(word) for word in words), default=0) * _LETTER + _LETTER
    return max(1, -(-len(words) // 12), -int(-widest // step))
