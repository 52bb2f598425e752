"""Who did what in the study, and when: for its managers, to read, to filter and to keep as a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.timezone import make_aware
from django.views.decorators.cache import never_cache

from annotation.enums import DeedKind, DeedTopic
from annotation.errors import InvalidInput
from annotation.exchange.journal_csv import journal_csv
from annotation.models import Membership, Study
from annotation.queries.journal import Mark, Wanted, kinds_of, lines_of, pages_of, read_mark
from webapp.access import MANAGERS
from webapp.journal_words import shown_lines
from webapp.pages.numbers import whole
from webapp.pages.page import Request, member, page

PER_PAGE = 50
FILTERS = ("what", "person", "since", "until")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: at the newest line, or next to one that was shown."""

    mark: Mark | None
    newer: bool


@never_cache
@page("GET")
def journal(request: Request, slug: str) -> HttpResponse:
    membership = member(request, slug, MANAGERS)
    study = membership.study
    chosen, wanted = read_filters(study, request.GET)
    place = place_of(request.GET)
    found = lines_of(study, wanted, limit=PER_PAGE + 1, mark=place.mark, newer=place.newer)
    more = len(found) > PER_PAGE
    lines = found[-PER_PAGE:] if place.newer else found[:PER_PAGE]
    context = {
        "membership": membership,
        "study": study,
        "tab": "settings",
        "part": "journal",
        "lines": shown_lines(study, lines),
        "older": lines[-1].mark if lines and (more or place.newer) else None,
        "newer": lines[0].mark if lines and (more if place.newer else place.mark) else None,
        "chosen": chosen,
        "query": urlencode({name: value for name, value in chosen.items() if value}),
        "topics": [(topic, topic.label, kinds_of(topic)) for topic in DeedTopic],
        "people": Membership.objects.filter(study=study).select_related("user").order_by("user__username"),
    }
    return render(request, "pages/journal.html", context)


@page("GET")
def journal_file(request: Request, slug: str) -> HttpResponseBase:
    """The lines that the filters leave, all of them, written while they are sent."""
    study = member(request, slug, MANAGERS).study
    _, wanted = read_filters(study, request.GET)
    response = StreamingHttpResponse(journal_csv(pages_of(study, wanted)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{study.slug}-journal.csv"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def read_filters(study: Study, query: Mapping[str, str]) -> tuple[dict[str, str], Wanted]:
    """Values nobody knows filter nothing, and are shown as not chosen."""
    chosen = {name: query.get(name, "") for name in FILTERS}
    kinds = _kinds(chosen["what"])
    person = _person(study, chosen["person"])
    since, until = (_midnight(chosen[name]) for name in ("since", "until"))
    known = {"what": kinds, "person": person, "since": since, "until": until}
    chosen = {name: value if known[name] is not None else "" for name, value in chosen.items()}
    end = until + timedelta(days=1) if until else None
    return chosen, Wanted(kinds=kinds, person=person, since=since, until=end)


def place_of(query: Mapping[str, str]) -> Place:
    """A place that is none is the beginning."""
    newer = bool(query.get("newer"))
    try:
        return Place(read_mark(query.get("newer") or query.get("older", "")), newer)
    except InvalidInput:
        return Place(None, newer=False)


def _kinds(what: str) -> list[str] | None:
    """Of a topic, or the one that is named."""
    if what in DeedTopic.values:
        return [str(kind) for kind in kinds_of(DeedTopic(what))]
    return [what] if what in DeedKind.values else None


def _person(study: Study, text: str) -> int | None:
    member = whole(text) or 0
    return Membership.objects.filter(study=study, pk=member).values_list("user_id", flat=True).first()


def _midnight(text: str) -> datetime | None:
    """Of the server's day, as on the board."""
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    return make_aware(datetime.combine(day, time.min)) if day and day < date.max else None  # which has no next day
