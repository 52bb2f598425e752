"""Regions found by what is known of them and of their labels; one decision about those that are chosen."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from annotation.actions.several import MOST_SEATS, Done, ask_for_several, decide_several
from annotation.enums import RegionLevel, RegionStatus, Role
from annotation.errors import DomainError, InvalidInput
from annotation.models import Region, Study
from annotation.queries.finding import ORDERS, Sought, found_in, sought_by
from annotation.scales import DISTORTIONS, WORDS
from webapp.access import MANAGERS, OVERSEERS
from webapp.pages.numbers import whole
from webapp.pages.page import Request, member, page
from webapp.pages.sign_in import safe_next
from webapp.pages.undo import Ticket, discarding, say_with_undo
from webapp.spoken import spoken

PER_PAGE = 50
STATES = {
    "none": gettext_noop("No vote yet"),
    "open": gettext_noop("Votes are coming in"),
    "settled": "Settled",
    "disputed": "Disputed",
    "decided": gettext_noop("Decided by a person"),
}
SORTS = {
    "image": gettext_noop("Name of the image"),
    "recent": gettext_noop("Changed last"),
    "fewest": gettext_noop("Fewest votes"),
    "most": "Most votes",
    "worst": gettext_noop("Worst quality"),
    "best": gettext_noop("Best quality"),
    "small": gettext_noop("Smallest"),
    "large": gettext_noop("Largest"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """`words` are the scales and levels of a label that has votes: the distortions that are there, quality, importance."""

    region: Region
    words: list[tuple[str, str]]


@page("GET")
def finding(request: Request, slug: str) -> HttpResponse:
    membership = member(request, slug, OVERSEERS)
    sought = sought_by(request.GET)
    found = Paginator(found_in(membership.study, sought), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "membership": membership,
        "study": membership.study,
        "tab": "labels",
        "part": "finding",
        "sought": sought,
        "page": found,
        "rows": [Row(region, words_of(region)) for region in found.object_list],
        "query": query_of(sought),
        "narrowed": sought != Sought(order=sought.order),
        "states": STATES.items(),
        "sorts": [(name, SORTS[name]) for name in ORDERS],
        "levels": RegionLevel.choices,
        "distortions": DISTORTIONS,
        "qualities": list(enumerate(WORDS["quality"])),
        "importances": list(enumerate(WORDS["importance"])),
        "may_decide": membership.role == Role.MANAGER,
        "most_seats": MOST_SEATS,
    }
    return render(request, "pages/finding.html", context)


@page("POST")
def decide_found(request: Request, slug: str) -> HttpResponseBase:
    """What is to be done with the chosen regions; then back to where they were chosen."""
    study = member(request, slug, MANAGERS).study
    try:
        say_with_undo(request, study, *_decided(study, request))
    except DomainError as error:
        messages.error(request, spoken(error.message))
    return redirect(safe_next(request, reverse("finding", args=[slug])))


def _decided(study: Study, request: Request) -> tuple[str, Ticket | None]:
    ids = [pk for pk in map(whole, request.POST.getlist("region")) if pk is not None]
    return discarding(request, study, {"pk__in": ids}, lambda: _done(study, ids, request))


def _done(study: Study, ids: list[int], request: Request) -> str:
    if request.POST.get("verb") == "ask":
        seats = whole(request.POST.get("seats", "")) or 0
        done = ask_for_several(study=study, region_ids=ids, seats=seats, by=request.user)
        words = _("More votes asked for: {seats}, on regions: {regions}.")
    elif request.POST.get("verb") == "discard":
        status = str(RegionStatus.DISCARDED)
        done = decide_several(study=study, region_ids=ids, status=status, by=request.user)
        words = _("Regions taken out of the study: {regions}.")
        if done.left:
            return _told(words, done) + " " + _("A region with votes or a known answer stays.")
    else:
        raise InvalidInput(_("Choose what is to be done with the regions."))
    return _told(words, done)


def _told(words: str, done: Done) -> str:
    said = words.format(seats=done.seats, regions=done.regions)
    if not done.left:
        return said
    return said + " " + _("Left as they are: {left}.").format(left=done.left)


def words_of(region: Region) -> list[tuple[str, str]]:
    label = getattr(region, "label", None)
    if label is None or not label.votes:
        return []
    levels = [(scale, getattr(label, f"{scale}_level")) for scale in ("quality", "importance", *DISTORTIONS)]
    return [(scale, WORDS[scale][level]) for scale, level in levels if level is not None]


def query_of(sought: Any) -> str:
    """The address of a search, a data class with slots: what is not sought is left out, and 0 is a level."""
    said = {name: getattr(sought, name) for name in sought.__slots__}
    kept = {name: value for name, value in said.items() if value not in ("", None) and value is not False}
    return urlencode({name: "1" if value is True else value for name, value in kept.items()})
