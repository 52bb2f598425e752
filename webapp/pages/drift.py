"""Whether people's votes change while they work: alarms first, then everybody's slope."""

from django.http import HttpResponse
from django.shortcuts import render

from annotation.exchange.report.drift_page import drift_page
from annotation.models import Membership, Study
from annotation.queries.analyses import drifts_at, panel_at
from webapp.access import OVERSEERS
from webapp.pages.page import Request, member, page


@page("GET")
def drift(request: Request, slug: str) -> HttpResponse:
    membership = member(request, slug, OVERSEERS)
    study = membership.study
    found = drift_page(drifts_at(study), _names(study))
    context = {"membership": membership, "study": study, "tab": "labels", "part": "drift", **found}
    return render(request, "pages/drift.html", context)


def _names(study: Study) -> list[str]:
    """In the panel's order; whoever left without a trace keeps the pseudonym."""
    known = dict(Membership.objects.filter(study=study).values_list("pseudonym", "user__username"))
    return [known.get(name, name) for name in panel_at(study).annotators]
