"""What annotators said about regions instead of, or beside, a vote: looked at with the picture, and seen to."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from annotation.actions.remarks import handle_remark
from annotation.enums import RemarkKind, RemarkReason
from annotation.models import Membership, Remark, Study
from webapp.access import OVERSEERS, remark_in
from webapp.naming import names_in
from webapp.pages.numbers import whole
from webapp.pages.page import Request, act, member, page

PER_PAGE = 24
STATES = {"open": "Open", "handled": gettext_noop("Seen to"), "": "All"}


@dataclass(frozen=True, slots=True)
class Card:
    remark: Remark
    name: str


@page("GET")
def remarks(request: Request, slug: str) -> HttpResponse:
    membership = member(request, slug, OVERSEERS)
    chosen = {name: request.GET.get(name, "") for name in ("kind", "reason", "person")}
    chosen["state"] = request.GET.get("state", "open")
    rows = filtered(membership.study, chosen).select_related("region__image", "handled_by")
    found = Paginator(rows.order_by("-created_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "membership": membership,
        "study": membership.study,
        "tab": "board",
        "part": "remarks",
        "page": found,
        "cards": cards_of(membership, list(found.object_list)),
        "chosen": chosen,
        "query": urlencode(chosen),
        "kinds": RemarkKind.choices,
        "reasons": RemarkReason.choices,
        "states": STATES.items(),
    }
    return render(request, "pages/remarks.html", context)


@page("POST")
def see_to(request: Request, slug: str, pk: int) -> HttpResponseBase:
    found = remark_in(member(request, slug, OVERSEERS).study, pk)
    return act(request, lambda: handle_remark(remark=found, by=request.user), _("Seen to."), "remarks", slug)


def filtered(study: Study, chosen: dict[str, str]) -> QuerySet[Remark]:
    """Values nobody knows filter nothing, and are shown as not chosen."""
    rows = Remark.objects.filter(study=study)
    if chosen["kind"] in RemarkKind.values:
        rows = rows.filter(kind=chosen["kind"])
    if chosen["reason"] in RemarkReason.values:
        rows = rows.filter(reason=chosen["reason"])
    person = whole(chosen["person"])
    if person is not None:
        people = Membership.objects.filter(study=study, pk=person)
        rows = rows.filter(annotator__in=people.values("user"))
    else:
        chosen["person"] = ""
    if chosen["state"] not in STATES:
        chosen["state"] = "open"
    return rows if not chosen["state"] else rows.filter(handled_at__isnull=chosen["state"] == "open")


def cards_of(membership: Membership, found: list[Remark]) -> list[Card]:
    names = names_in(membership.study, membership.user_id)
    return [Card(one, names[one.annotator_id]) for one in found]
