"""How far the annotators agree, on each scale, over the course of the study, and without each of them."""

from django.http import HttpResponse
from django.shortcuts import render

from annotation.exchange.report.agreement_page import agreement_page, matrices_of
from annotation.queries.analyses import agreements_at, batches_at, has_batches, panel_at
from webapp.access import OVERSEERS
from webapp.pages.page import Request, member, page


@page("GET")
def agreement(request: Request, slug: str) -> HttpResponse:
    """The whole page, or for htmx the batches, which take longer than all else together."""
    membership = member(request, slug, OVERSEERS)
    study = membership.study
    if request.headers.get("HX-Request"):
        return render(request, "panel/course.html", {"matrices": matrices_of(batches_at(study))})
    found = agreement_page(agreements_at(study), {}, panel_at(study).annotators)
    context = {"membership": membership, "study": study, "tab": "labels", "part": "agreement"}
    return render(request, "pages/agreement.html", {**context, "course": has_batches(study), **found})
