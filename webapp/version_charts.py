"""Each version's own honest line: the same charts, with a line, a number and a stroke for each of the newest versions."""

from collections.abc import Sequence
from dataclasses import dataclass

from annotation.models import ModelVersion
from annotation.queries.honesty import PARTS, Curve, Honesty, VersionCurve
from webapp.honest_charts import PART_WORDS, HonestChart, Series, distance_chart, order_chart

DRAWN = 6
"""Of the versions, the newest: so many lines can be told apart. The style sheet has a stroke for each."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the legend."""

    number: int
    style: str
    version: ModelVersion


@dataclass(frozen=True, slots=True)
class VersionCharts:
    """Of one part, by its name and in words: the legend and two charts for each scale."""

    part: str
    words: str
    legend: tuple[Entry, ...]
    charts: tuple[HonestChart, ...]


def version_charts(found: Honesty) -> list[VersionCharts]:
    """Only parts in which two versions have labels enough for a line: one alone is in the honest curve itself."""
    of_part = {
        part: _newest([one for curve in found.curves for one in curve.each if one.part == part]) for part in PARTS
    }
    return [_of_part(part, versions, found) for part, versions in of_part.items() if len(versions) > 1]


def _newest(lines: Sequence[VersionCurve]) -> list[ModelVersion]:
    """Each once, oldest first."""
    versions = {one.version.pk: one.version for one in lines}
    return [versions[pk] for pk in sorted(versions)[-DRAWN:]]


def _of_part(part: str, versions: Sequence[ModelVersion], found: Honesty) -> VersionCharts:
    legend = [Entry(found.numbers[one.pk], _style(found.numbers[one.pk]), one) for one in versions]
    charts = [
        draw(curve, found, _series(curve, part, legend), f"-{part}")
        for curve in found.curves
        for draw in (order_chart, distance_chart)
    ]
    return VersionCharts(part, PART_WORDS[part], tuple(legend), tuple(charts))


def _series(curve: Curve, part: str, legend: Sequence[Entry]) -> list[Series]:
    points = {one.version.pk: one.points for one in curve.each if one.part == part}
    return [
        Series(entry.style, f"{entry.number} {entry.version.name}", points[entry.version.pk], entry.number)
        for entry in legend
        if entry.version.pk in points
    ]


def _style(number: int) -> str:
    """A version keeps its stroke when others come."""
    return f"version-{1 + (number - 1) % DRAWN}"
