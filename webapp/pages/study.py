"""The study page: how far it is, who rates at what pace, what the labels say."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from annotation.actions.studies import set_status
from annotation.enums import JobStatus, Role, StudyStatus
from annotation.models import Export, Import, Membership, Study, Vote
from annotation.queries.exams import short_exam
from annotation.queries.honesty import alarms_of
from annotation.queries.presence import away
from annotation.queries.progress import Pace, distributions_of, opinions_of, paces_of, progress_of
from webapp.access import MANAGERS, OVERSEERS
from webapp.charts import distribution_charts
from webapp.naming import names_in
from webapp.pages.page import Request, act, member, page
from webapp.spoken import spoken

_UNDER_WAY = (JobStatus.QUEUED, JobStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class PaceRow:
    name: str
    pace: Pace


@page("GET")
def study(request: Request, slug: str) -> HttpResponseBase:
    """For who rates, the address of a study is the way to their work: it is what a manager sends them."""
    membership = member(request, slug)
    if membership.role == Role.ANNOTATOR:
        return redirect("rate", slug)
    context = {
        "membership": membership,
        "study": membership.study,
        "tab": "study",
        "charts": distribution_charts(distributions_of(membership.study)),
        "paces": pace_rows(membership),
        "raters": raters_of(membership.study),
        "alarms": alarms_of(membership.study),
        "short": short_exam(membership.study),
        "away": away(),
        **_progress(membership.study),
    }
    return render(request, "pages/study.html", context)


@page("GET")
def study_progress(request: Request, slug: str) -> HttpResponse:
    membership = member(request, slug, OVERSEERS)
    context = {"membership": membership, "study": membership.study, **_progress(membership.study)}
    return render(request, "fragments/progress.html", context)


@page("GET")
def study_card(request: Request, slug: str) -> HttpResponse:
    """A line of the card among my studies, which comes when the card is seen: counting takes long where the study is large."""
    found = member(request, slug, OVERSEERS).study
    return render(request, "fragments/card_progress.html", {"opinions": opinions_of(found)})


@page("POST")
def change_status(request: Request, slug: str) -> HttpResponseBase:
    found = member(request, slug, MANAGERS).study
    status = request.POST.get("status", "")
    words = dict(StudyStatus.choices)
    done = _("The study is now {status}.").format(status=spoken(words.get(status, status)).lower())
    return act(request, lambda: set_status(study=found, status=status, by=request.user), done, "study", slug)


def raters_of(study: Study) -> int:
    """Those a region can get votes of: annotators, and managers who rate."""
    active = Membership.objects.filter(study=study, active=True)
    said = Vote.objects.filter(study=study, annotator=OuterRef("user"))
    return active.filter(Q(role=Role.ANNOTATOR) | Q(Exists(said), role=Role.MANAGER)).count()


def pace_rows(membership: Membership) -> list[PaceRow]:
    names = names_in(membership.study, membership.user_id)
    return [PaceRow(names[pace.membership.user_id], pace) for pace in paces_of(membership.study)]


def _progress(study: Study) -> dict[str, object]:
    progress = progress_of(study)
    imports = list(Import.objects.filter(study=study, status__in=_UNDER_WAY).order_by("-pk")[:3])
    exports = list(Export.objects.filter(study=study, status__in=_UNDER_WAY).order_by("-pk")[:3])
    busy = bool(imports or exports or progress.images_waiting or progress.prelabels_waiting)
    return {"progress": progress, "imports": imports, "exports": exports, "busy": busy}
