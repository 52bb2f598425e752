"""The honest curve: what the model said before people did, and how near it came."""

from django.http import HttpResponse
from django.shortcuts import render

from annotation.queries.honesty import KEPT, honesty_of
from webapp.access import OVERSEERS
from webapp.honest_charts import PART_WORDS, honest_charts
from webapp.pages.page import Request, member, page
from webapp.version_charts import DRAWN, version_charts


@page("GET")
def honesty(request: Request, slug: str) -> HttpResponse:
    membership = member(request, slug, OVERSEERS)
    found = honesty_of(membership.study)
    context = {
        "membership": membership,
        "study": membership.study,
        "tab": "model",
        "page": "honesty",
        "labels": found.labels,
        "kept": KEPT,
        "charts": honest_charts(found),
        "alarms": [(curve.scale, part, alarm) for curve in found.curves for part, alarm in curve.alarms.items()],
        "each": version_charts(found),
        "drawn": DRAWN,
        "rows": [(found.numbers[row.version.pk], row, PART_WORDS[row.part]) for row in found.versions],
    }
    return render(request, "pages/honesty.html", context)
