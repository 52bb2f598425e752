"""The study's methods and results as a page: quick, of this moment. The one for a paper is an export, of a snapshot."""

from functools import lru_cache

from django.http import HttpResponse
from django.shortcuts import render

from annotation.aggregation.labels import RULES_VERSION
from annotation.exchange.card import rules_of
from annotation.exchange.report.panel import report_of_panel
from annotation.models import Export, Study
from annotation.queries.analyses import KEPT, State, agreements_at, panel_at, state_of
from annotation.queries.noise import noise_at
from annotation.queries.progress import distributions_of, progress_of
from webapp.access import OVERSEERS
from webapp.charts import distribution_charts
from webapp.pages.page import Request, member, page

LISTED = 5


@page("GET")
def report(request: Request, slug: str) -> HttpResponse:
    membership = member(request, slug, OVERSEERS)
    study = membership.study
    context = {
        "membership": membership,
        "study": study,
        "tab": "labels",
        "part": "report",
        "progress": progress_of(study),
        "labels": distribution_charts(distributions_of(study)),
        "report": _report(state_of(study)),
        "rules": rules_of(noise_at(study)),
        "rules_version": RULES_VERSION,
        "made": Export.objects.filter(study=study, format="report").select_related("snapshot").order_by("-pk")[:LISTED],
    }
    return render(request, "pages/report.html", context)


@lru_cache(KEPT)
def _report(state: State) -> object:
    """None without votes, and without batches, which the page about agreement has. Kept while the votes stay the same."""
    study = Study.objects.get(pk=state[0])
    panel = panel_at(study)
    if not len(panel.votes):
        return None
    return report_of_panel(panel, agreements_at(study), in_batches=False)
