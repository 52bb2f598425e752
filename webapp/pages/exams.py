"""The way in: guidelines, training with feedback, exam, and its result."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie

from annotation.actions.exams import start_exam
from annotation.enums import ExamKind
from annotation.models import Exam, Protocol
from annotation.queries.exams import FEWEST_TOLD, protocol_of, standing_of, still_qualifies, told_score
from webapp.access import RATERS
from webapp.pages.page import Request, member, page
from webapp.pages.rate import rating_context
from webapp.teaching_access import exam_for

SHOWN = 10


@page("GET")
def exams(request: Request, slug: str) -> HttpResponse:
    membership = member(request, slug, RATERS)
    study = membership.study
    protocol = protocol_of(study)
    own = Exam.objects.filter(study=study, annotator=request.user, ended_at__isnull=False).order_by("-pk")
    context = {
        "membership": membership,
        "study": study,
        "tab": "guidelines",
        "part": "exams",
        "protocol": protocol or Protocol(),
        "standing": standing_of(study, request.user.pk, protocol),
        "ended": own[:SHOWN],
    }
    return render(request, "pages/exams.html", context)


@page("POST")
def start(request: Request, slug: str) -> HttpResponseBase:
    study = member(request, slug, RATERS).study
    exam = start_exam(study=study, annotator=request.user, kind=request.POST.get("kind", ""))
    return redirect("exam", slug, exam.pk)


@ensure_csrf_cookie
@page("GET")
def exam(request: Request, slug: str, pk: int) -> HttpResponseBase:
    """The rating screen on this training's or exam's regions; where it has ended, the result; where it is no use any more, the
    way to a new one."""
    study = member(request, slug, RATERS).study
    found = exam_for(request.user, pk)
    if found.ended_at is not None or found.study_id != study.pk:
        return redirect("exam-result", found.study.slug, found.pk)
    if found.codebook < study.codebook:
        messages.warning(request, _("The guidelines have changed since you began. Please read them and begin anew."))
        return redirect("exams", slug)
    context = rating_context(study, request.user, found.kind, f"/api/v1/exams/{found.pk}/assignments")
    return render(request, "pages/rate.html", context | {"exam": found})


@page("GET")
def result(request: Request, slug: str, pk: int) -> HttpResponseBase:
    membership = member(request, slug, RATERS)
    found = exam_for(request.user, pk)
    if found.ended_at is None or found.study_id != membership.study.pk:
        return redirect("exam", found.study.slug, found.pk)
    score = told_score(found)
    protocol = protocol_of(membership.study)
    context = {
        "membership": membership,
        "study": membership.study,
        "tab": "guidelines",
        "part": "exams",
        "exam": found,
        "training": found.kind == ExamKind.TRAINING,
        "qualifies": still_qualifies(found),
        "protocol": protocol or Protocol(),
        "standing": standing_of(membership.study, request.user.pk, protocol),
        "total": score.total if score else None,
        "scales": list(score.scales.items()) if score else [],
        "fewest": FEWEST_TOLD,
    }
    return render(request, "pages/exam_result.html", context)
