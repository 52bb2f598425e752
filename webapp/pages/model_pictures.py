"""Pictures of how a model errs: F1 by type, confusion of severities, calibration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from webapp.spoken import spoken

SIDE = 200
"""Of a calibration picture, in SVG units."""


@dataclass(frozen=True, slots=True)
class TypeBar:
    name: str
    score: float | None

    @property
    def percent(self) -> int:
        return round(100 * (self.score or 0.0))


@dataclass(frozen=True, slots=True)
class Cell:
    """`heat` is 0..9: the share of its row, in tenths."""

    count: int
    heat: int


@dataclass(frozen=True, slots=True)
class Confusion:
    """All six distortions together: people's levels in rows, the model's in columns."""

    levels: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Cell]]]


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    radius: float
    words: str


@dataclass(frozen=True, slots=True)
class Calibration:
    name: str
    dots: Sequence[Dot]
    side: int = SIDE


def type_bars(per_type: Mapping[str, float | None]) -> list[TypeBar]:
    return [TypeBar(name, score) for name, score in per_type.items()]


def confusion_of(report: Mapping[str, Any]) -> Confusion | None:
    details = report.get("details") or {}
    if not details.get("confusion"):
        return None
    levels = list(details["levels"])
    tables = details["confusion"].values()
    total = [
        [sum(table[row][column] for table in tables) for column in range(len(levels))] for row in range(len(levels))
    ]
    return Confusion(levels, [(level, _cells(row)) for level, row in zip(levels, total, strict=True)])


def calibration_of(report: Mapping[str, Any]) -> list[Calibration]:
    details = report.get("details") or {}
    scales = ("quality", "importance")
    found = [(spoken(name, "scale").capitalize(), details.get(name) or [], 4.0) for name in scales]
    found.append((gettext("A distortion is there"), (details.get("presence") or {}).get("bins", []), 1.0))
    return [Calibration(name, _dots(bins, top)) for name, bins, top in found if bins]


def _cells(row: Sequence[int]) -> list[Cell]:
    whole = sum(row) or 1
    return [Cell(count, min(9, 10 * count // whole)) for count in row]


def _dots(bins: Sequence[Mapping[str, Any]], top: float) -> list[Dot]:
    most = max(one["regions"] for one in bins)
    words = gettext("{regions} regions: the model said {model}, people {people}")
    return [
        Dot(
            round(SIDE * one["model"] / top, 1),
            round(SIDE * (1 - one["people"] / top), 1),
            round(2.5 + 7 * (one["regions"] / most) ** 0.5, 1),
            words.format(regions=one["regions"], model=f"{one['model']:.2f}", people=f"{one['people']:.2f}"),
        )
        for one in bins
    ]
