"""The live board: how fast it goes, who is at work, who is stuck."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache

from annotation.queries.board import Person, State, board_of
from webapp.access import MANAGERS
from webapp.board_chart import Day, growth, strip
from webapp.pages.page import Request, member, page

PER_PAGE = 50
SORTS: dict[str, tuple[str, Callable[[Person], Any]]] = {
    "state": ("State", lambda one: (one.state, _silence(one))),
    "name": ("Name", lambda one: one.membership.user.username.casefold()),
    "today": (gettext_noop("Most today"), lambda one: (-one.work.today, -one.work.votes)),
    "votes": (gettext_noop("Most votes"), lambda one: -one.work.votes),
    "pace": (gettext_noop("Slowest"), lambda one: -(one.work.median_ms or 0)),
    "seen": (gettext_noop("Longest silent"), lambda one: -_silence(one)),
}


@dataclass(frozen=True, slots=True)
class Row:
    person: Person
    strip: Sequence[Day]


@never_cache
@page("GET")
def board(request: Request, slug: str) -> HttpResponse:
    """The whole page, or for htmx the parts that change."""
    membership = member(request, slug, MANAGERS)
    found = board_of(membership.study)
    sort = request.GET.get("sort", "state")
    chosen = SORTS.get(sort, SORTS["state"])
    people = sorted(found.people, key=chosen[1])
    shown = Paginator(people, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "membership": membership,
        "study": membership.study,
        "tab": "board",
        "part": "board",
        "board": found,
        "growth": growth(found.days, found.seats.wanted, found.done_on, timezone.localdate()),
        "counts": {state.name.lower(): found.count(state) for state in State},
        "rows": rows_of(list(shown.object_list), found.people),
        "page": shown,
        "sort": sort,
        "sorts": [(name, words) for name, (words, _) in SORTS.items()],
        "query": f"sort={sort}",
    }
    template = "fragments/board.html" if request.headers.get("HX-Request") else "pages/board.html"
    return render(request, template, context)


def rows_of(shown: Sequence[Person], everybody: Sequence[Person]) -> list[Row]:
    most = max((max(person.days) for person in everybody), default=0)
    return [Row(person, strip(person.days, most)) for person in shown]


def _silence(person: Person) -> float:
    """Seconds since the last vote; those who never voted have been silent longest."""
    if person.work.last_at is None:
        return 1e12
    return (timezone.now() - person.work.last_at).total_seconds()
