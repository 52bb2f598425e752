"""Whether people's votes change while they work: alarms first, then everybody's slope."""

from django.http import HttpResponse
from django.shortcuts import render

from annotation.exchange.report.drift_page import drift_page
from annotation.models import Membership
from annotation.queries.analyses import drifts_at, panel_at
from webapp.access import OVERSEERS
from webapp.naming import names_in
from webapp.pages.page import Request, member, page


@page("GET")
def drift(request: Request, slug: str) -> HttpResponse:
    membership = member(request, slug, OVERSEERS)
    study = membership.study
    found = drift_page(drifts_at(study), _names(membership))
    context = {"membership": membership, "study": study, "tab": "labels", "part": "drift", **found}
    return render(request, "pages/drift.html", context)


def _names(membership: Membership) -> list[str]:
    """In the panel's order; whoever left without a trace keeps the pseudonym."""
    study, names = membership.study, names_in(membership.study, membership.user_id)
    people = dict(Membership.objects.filter(study=study).values_list("pseudonym", "user"))
    return [names[people[name]] if name in people else name for name in panel_at(study).annotators]
