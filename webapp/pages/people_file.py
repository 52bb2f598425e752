"""People from a CSV file: looked at first, then invited, each with a link that is shown once."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from annotation.actions.members_csv import Invited, PersonRow, Verdict, invite_people, plan_people
from annotation.errors import InvalidInput
from annotation.exchange.people_csv import links_csv
from annotation.models import Membership
from webapp.access import MANAGERS
from webapp.pages.forms.people import TableFileForm
from webapp.pages.page import Request, member, page

EXAMPLE = (
    "username,email,role,votes_at_most,votes_per_day\nfinn,finn@example.org,annotator,500,120\nmaud,,annotator,,\n"
)


@never_cache
@page("GET", "POST")
def people_file(request: Request, slug: str) -> HttpResponse:
    """Looks at what a file would do, or, once the manager is sure, does it."""
    membership = member(request, slug, MANAGERS)
    if request.method != "POST":
        return _page(request, membership, form=TableFileForm())
    form = TableFileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            if request.POST.get("sure"):
                return _invited(request, membership, str(form.cleaned_data["text"]))
            return _looked_at(request, membership, str(form.cleaned_data["text"]))
        except InvalidInput as error:
            form.add_error(None, error.message)
    return _page(request, membership, status=400, form=form)


def _looked_at(request: Request, membership: Membership, text: str) -> HttpResponse:
    rows = plan_people(study=membership.study, text=text)
    wrong = sum(row.verdict == Verdict.WRONG for row in rows)
    fresh = sum(row.verdict in {Verdict.NEW, Verdict.JOINS} for row in rows)
    form = TableFileForm(initial={"text": text})
    return _page(request, membership, form=form, rows=_sorted(rows), text=text, wrong=wrong, fresh=fresh)


def _invited(request: Request, membership: Membership, text: str) -> HttpResponse:
    people = invite_people(study=membership.study, text=text, by=request.user)
    links = [(one, link_of(request, one)) for one in people]
    table = links_csv((one.row.username, link) for one, link in links)
    return _page(request, membership, form=TableFileForm(), links=links, table=table)


def link_of(request: Request, invited: Invited) -> str:
    return request.build_absolute_uri(reverse("welcome", args=[invited.token])) if invited.token else ""


def _sorted(rows: list[PersonRow]) -> list[PersonRow]:
    """What is wrong comes first."""
    return sorted(rows, key=lambda row: (row.verdict != Verdict.WRONG, row.line))


def _page(request: Request, membership: Membership, *, status: int = 200, **context: object) -> HttpResponse:
    frame = {"membership": membership, "study": membership.study, "tab": "members", "part": "people-file"}
    return render(request, "pages/people_file.html", frame | {"example": EXAMPLE} | context, status=status)
