"""One training run: how it goes, what the gate found, and what a person decides."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from annotation.actions.gate import approve, decline
from annotation.actions.jobs import cancel, resume
from annotation.actions.training import LEAST_TEST, LEAST_TRAIN
from annotation.enums import Decision, TrainingTrigger
from annotation.models import GateCheck, TrainingRun
from annotation.queries.training import settled_more
from webapp.access import MANAGERS, OVERSEERS
from webapp.curves import range_of, reach_of, spark
from webapp.doorbell import ring_prelabels, ring_trainings
from webapp.pages.page import Request, act, member, page
from webapp.spoken import spoken

MEASURES = {
    "quality_srocc": gettext_noop("Quality, SROCC"),
    "importance_srocc": gettext_noop("Importance, SROCC"),
    "types_f1": gettext_noop("Distortion types, F1"),
    "calibration": gettext_noop("Closeness to people’s means"),
    "quality_srocc_williams": gettext_noop("Quality, Williams’ test"),
    "test_images": gettext_noop("Photographs in the hold-out"),
}
NOTHING_LEARNT = (Decision.UNCHANGED, Decision.TOO_FEW)


@page("GET")
def training_run(request: Request, slug: str, pk: int) -> HttpResponse:
    """The whole page, or for htmx the part that changes while it runs."""
    membership = member(request, slug, OVERSEERS)
    run = get_object_or_404(TrainingRun.objects.select_related("study", *_RELATED), pk=pk, study=membership.study)
    checks = list(run.checks.all())
    reach = reach_of(checks)
    context = {
        "membership": membership,
        "study": membership.study,
        "tab": "model",
        "page": "model",
        "run": run,
        "early": early(run),
        "least_train": LEAST_TRAIN,
        "least_test": LEAST_TEST,
        "spark": spark(run.losses),
        "took": took(run),
        "checks": [(name_of(check), check, range_of(check, reach)) for check in checks],
    }
    template = "fragments/training_run.html" if request.headers.get("HX-Request") else "pages/training_run.html"
    return render(request, template, context)


@page("POST")
def answer_run(request: Request, slug: str, pk: int, verb: str) -> HttpResponseBase:
    run = get_object_or_404(TrainingRun, pk=pk, study=member(request, slug, MANAGERS).study)

    def do() -> None:
        if verb == "approve":
            approve(run=run, by=request.user)
            ring_prelabels()
        elif verb == "decline":
            decline(run=run, by=request.user)
        elif verb == "stop":
            cancel(job=run, by=request.user)
        else:
            resume(job=run, by=request.user)
            ring_trainings()

    return act(request, do, _DONE[verb], "training-run", slug, pk)


def early(run: TrainingRun) -> int | None:
    """How many more settled labels it had than the last candidate, where a person did not wait for enough of them."""
    wanted = run.study.retrain_after
    if wanted is None or run.trigger != TrainingTrigger.PERSON or run.decision in NOTHING_LEARNT:
        return None
    more = settled_more(run)
    return None if more is None or more >= wanted else max(0, more)


def took(run: TrainingRun) -> int | None:
    """Milliseconds of the last try, up to now while it runs."""
    if run.started_at is None:
        return None
    end = run.finished_at or timezone.now()
    return round(1000 * (end - run.started_at).total_seconds())


def name_of(check: GateCheck) -> str:
    scale = spoken(check.measure.removeprefix("f1_"), "scale").capitalize()
    return MEASURES.get(check.measure) or _("{scale}, F1").format(scale=scale)


_RELATED = ("snapshot", "candidate__parent", "champion", "requested_by", "decided_by")
_DONE = {
    "approve": gettext_noop("The new version speaks from now on."),
    "decline": gettext_noop("The active version stays."),
    "stop": gettext_noop("The run is stopped; it can go on where it was."),
    "resume": gettext_noop("The run goes on."),
}
