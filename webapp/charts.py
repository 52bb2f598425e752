"""Small bar charts as plain numbers for an SVG template: no library, readable by people and by screen readers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from annotation.opinion import WORDS
from annotation.scales import DISTORTIONS
from webapp.spoken import counted, spoken

WIDTH = 264
"""Of a chart, in SVG units. Bars share it; words stand under them."""
BARS_HEIGHT = 84
_TOP = 16
_GAP = 6


@dataclass(frozen=True, slots=True)
class Bar:
    word: str
    count: int
    share: int
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def above(self) -> float:
        return self.y - 4


@dataclass(frozen=True, slots=True)
class Chart:
    name: str
    title: str
    description: str
    total: int
    bars: tuple[Bar, ...]
    width: int = WIDTH
    baseline: int = _TOP + BARS_HEIGHT
    height: int = _TOP + BARS_HEIGHT + 20


def distribution_charts(distributions: Mapping[str, Sequence[int]], noun: str = "label") -> list[Chart]:
    """One small chart per scale, all with the same shape, so that they can be compared."""
    return [_chart(scale, counts, noun) for scale, counts in distributions.items()]


def _chart(scale: str, counts: Sequence[int], noun: str) -> Chart:
    words = _words(scale)
    total = sum(counts)
    name = spoken(scale, "scale").capitalize()
    title = gettext("{name}: {amount}").format(name=name, amount=f"{total} {counted(total, noun, f'{noun}s')}")
    spelled = [f"{spoken(word, scale)} {count}" for word, count in zip(words, counts, strict=True)]
    description = gettext("{list}.").format(list=gettext(", ").join(spelled))
    return Chart(scale, title, description, total, tuple(_bars(words, counts)))


def _words(scale: str) -> list[str]:
    """For a distortion the last class is its absence."""
    words = list(WORDS[scale])
    return [*words[:-1], "without"] if scale in DISTORTIONS else words


def _bars(words: Sequence[str], counts: Sequence[int]) -> list[Bar]:
    step = WIDTH / len(counts)
    most, total = max(counts) or 1, sum(counts) or 1
    bars = []
    for place, (word, count) in enumerate(zip(words, counts, strict=True)):
        height = round(max(BARS_HEIGHT * count / most, 1.5 if count else 0.5), 1)
        x, y = round(place * step + _GAP / 2, 1), round(_TOP + BARS_HEIGHT - height, 1)
        bars.append(Bar(word, count, round(100 * count / total), x, y, round(step - _GAP, 1), height))
    return bars
