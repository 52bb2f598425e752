"""Where model and people are furthest apart, in pictures; and a wish for more votes there."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from annotation.actions.apart import SEATS, ask_where_apart
from annotation.enums import StudyStatus
from annotation.opinion import WORDS
from annotation.queries.apart import FAR, Apart, apart_in
from webapp.access import MANAGERS, OVERSEERS
from webapp.pages.page import Request, act, member, page

WIDTH = 200
"""Of a scale's line, in SVG units."""


@dataclass(frozen=True, slots=True)
class Card:
    """Both means as x in SVG units, and the words of the scale's ends."""

    apart: Apart
    model: float
    people: float
    lowest: str
    highest: str

    @property
    def left(self) -> float:
        return min(self.model, self.people)

    @property
    def right(self) -> float:
        return max(self.model, self.people)


@page("GET")
def apart(request: Request, slug: str) -> HttpResponse:
    membership = member(request, slug, OVERSEERS)
    study = membership.study
    found, count = apart_in(study)
    context = {
        "membership": membership,
        "study": study,
        "tab": "model",
        "page": "apart",
        "cards": cards_of(found),
        "count": count,
        "far": FAR,
        "seats": SEATS,
        "width": WIDTH,
        "may_ask": membership.role in MANAGERS and study.status != StudyStatus.CLOSED,
    }
    return render(request, "pages/apart.html", context)


@page("POST")
def ask(request: Request, slug: str) -> HttpResponseBase:
    study = member(request, slug, MANAGERS).study
    done = _("More votes are asked for; nobody who votes is told why.")
    return act(request, lambda: ask_where_apart(study=study, by=request.user), done, "apart", slug)


def cards_of(found: Sequence[Apart]) -> list[Card]:
    return [_card(one) for one in found]


def _card(one: Apart) -> Card:
    words = WORDS[one.scale]
    top = len(words) - 1
    model, people = (round(WIDTH * mean / top, 1) for mean in (one.model, one.people))
    return Card(one, model, people, words[0], words[-1])
