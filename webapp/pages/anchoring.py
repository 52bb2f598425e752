"""The page about shown guesses: how far they pulled people, a picture per scale, and what it takes to know."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render

from annotation.enums import PrelabelPolicy
from annotation.queries.anchoring import (
    VOTES_AT_MOST,
    ScaleAudit,
    anchoring_of,
    pull_in_words,
    spread_in_words,
    time_in_words,
)
from webapp.access import OVERSEERS
from webapp.pages.page import Request, member, page

WIDTH = 300
"""Of a picture, in SVG units."""
LEFT, RIGHT = -0.5, 1.0
"""The pulls at the picture's ends; what lies outside is drawn at the end."""


@dataclass(frozen=True, slots=True)
class Line:
    """An interval with its estimate, as x in SVG units."""

    low: float
    middle: float
    high: float

    @property
    def width(self) -> float:
        return self.high - self.low


@dataclass(frozen=True, slots=True)
class Row:
    scale: str
    said: str
    spread: str
    line: Line | None
    beyond_chance: bool


@page("GET")
def anchoring(request: Request, slug: str) -> HttpResponse:
    membership = member(request, slug, OVERSEERS)
    audit = anchoring_of(membership.study)
    context = {
        "membership": membership,
        "study": membership.study,
        "tab": "model",
        "page": "anchoring",
        "audit": audit,
        "rows": rows_of(audit.scales),
        "time": time_in_words(audit.time),
        "running": membership.study.prelabel_policy == PrelabelPolicy.RANDOM_ARM,
        "full": audit.shown + audit.hidden >= VOTES_AT_MOST,
        "zero": x_of(0),
        "width": WIDTH,
    }
    return render(request, "pages/anchoring.html", context)


def rows_of(scales: Sequence[ScaleAudit]) -> list[Row]:
    """Quality and importance first: most of what people come for."""
    ordered = [*scales[-2:], *scales[:-2]]
    return [Row(one.scale, pull_in_words(one), spread_in_words(one), _line(one), _known(one)) for one in ordered]


def x_of(pull: float) -> float:
    return round((min(max(pull, LEFT), RIGHT) - LEFT) / (RIGHT - LEFT) * WIDTH, 1)


def _line(audit: ScaleAudit) -> Line | None:
    pull = audit.pull
    return None if pull is None else Line(x_of(pull.low), x_of(pull.value), x_of(pull.high))


def _known(audit: ScaleAudit) -> bool:
    return audit.pull is not None and audit.pull.excludes(0)
