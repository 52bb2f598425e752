"""Versions of every kind in one table, as the paper's Table 1, on the same frozen regions."""

from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from annotation.actions.evaluations import request_missing_evaluations
from annotation.actions.training import LEAST_TEST
from annotation.enums import JobStatus
from annotation.errors import Conflict
from annotation.models import Snapshot, Study
from webapp.access import MANAGERS, OVERSEERS
from webapp.comparison import GROUPS, table_of
from webapp.doorbell import ring_evaluations
from webapp.pages.numbers import whole
from webapp.pages.page import Request, act, member, page

KEPT_IN_LIST = 30


@page("GET")
def comparison(request: Request, slug: str) -> HttpResponse:
    """The whole page, or for htmx the table alone."""
    membership = member(request, slug, OVERSEERS)
    study = membership.study
    snapshots = snapshots_of(study)
    chosen = _chosen(study, snapshots, request.GET.get("snapshot", ""))
    newest = snapshots[0] if snapshots else None
    table = table_of(study, chosen)
    context = {
        "membership": membership,
        "study": study,
        "tab": "model",
        "page": "comparison",
        "groups": GROUPS,
        "snapshots": snapshots,
        "snapshot": chosen,
        "table": table,
        "least_test": LEAST_TEST,
        "newest": newest,
        "newest_missing": table.missing if chosen == newest else table_of(study, newest).missing,
    }
    template = "fragments/comparison.html" if request.headers.get("HX-Request") else "pages/comparison.html"
    return render(request, template, context)


@page("POST")
def measure(request: Request, slug: str) -> HttpResponseBase:
    """Asks for what is missing on the newest snapshot, or on the one that is named."""
    study = member(request, slug, MANAGERS).study
    snapshot = _chosen(study, snapshots_of(study)[:1], request.POST.get("snapshot", ""))

    def ask() -> None:
        if snapshot is None:
            raise Conflict(_("There is no snapshot yet: an export or a training run takes one."), code="no_snapshot")
        request_missing_evaluations(study=study, snapshot=snapshot, by=request.user)
        ring_evaluations()

    return act(request, ask, _("The measurements are on their way."), "comparison", slug)


def snapshots_of(study: Study) -> list[Snapshot]:
    """Newest first, each with how many versions were `measured` on it."""
    measured = Count("evaluations", filter=Q(evaluations__status=JobStatus.DONE))
    return list(Snapshot.objects.filter(study=study).annotate(measured=measured).order_by("-pk")[:KEPT_IN_LIST])


def _chosen(study: Study, snapshots: list[Snapshot], asked: str) -> Snapshot | None:
    """The one asked for, else the newest on which something was measured, else the newest. Raises Http404."""
    if asked:
        return get_object_or_404(Snapshot, pk=whole(asked), study=study)
    measured = next((one for one in snapshots if getattr(one, "measured", 0)), None)
    return measured or next(iter(snapshots), None)
