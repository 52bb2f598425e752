"""Where another way of counting comes to another answer than most votes: an opinion to look at, never the label."""

from django.http import HttpResponse
from django.shortcuts import render

from annotation.queries.second_opinions import differing
from webapp.access import OVERSEERS
from webapp.pages.page import Request, member, page


@page("GET")
def second_opinion(request: Request, slug: str) -> HttpResponse:
    membership = member(request, slug, OVERSEERS)
    study = membership.study
    found, count, looked_at = differing(study)
    context = {
        "membership": membership,
        "study": study,
        "tab": "labels",
        "part": "disputes",
        "found": found,
        "count": count,
        "looked_at": looked_at,
    }
    return render(request, "pages/second_opinion.html", context)
