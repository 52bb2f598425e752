"""The model's page: which version speaks, how good it is and was, what waits for a decision, what is being trained."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django_celery_beat.models import PeriodicTask

from annotation.actions.gate import previous_version, roll_back
from annotation.actions.training import LEAST_TEST, LEAST_TRAIN, request_training
from annotation.actions.versions import promote, versions_for
from annotation.actions.weights import drop_old_weights, droppable
from annotation.enums import Decision, JobStatus, TrainingTrigger
from annotation.models import ModelVersion, Promotion, Study, TrainingRun
from annotation.queries.prelabelling import prelabelling_of
from annotation.queries.training import newly_settled, settled_sides, settled_since_candidate
from webapp.access import MANAGERS, OVERSEERS
from webapp.curves import history, spark
from webapp.doorbell import ring_prelabels, ring_trainings
from webapp.measured import disagreements, measured_in, newest_of
from webapp.pages.model_pictures import calibration_of, confusion_of, type_bars
from webapp.pages.page import Request, act, member, page

RUNS = 12
SCHEDULED = "workers.tasks.training.request_training_task"


@page("GET")
def model(request: Request, slug: str) -> HttpResponse:
    membership = member(request, slug, OVERSEERS)
    study = membership.study
    found = measured_in(study)
    active, old = study.active_version, droppable(study)
    now = newest_of(found, active)
    context = {
        "membership": membership,
        "study": study,
        "tab": "model",
        "page": "model",
        "active": active,
        "measured": now,
        "prelabelling": prelabelling_of(study),
        "least_test": LEAST_TEST,
        "lacking": lacking(study),
        "histories": [
            history("Quality, SROCC", found, [one.quality for one in found]),
            history("Importance, SROCC", found, [one.importance for one in found]),
            history("Distortion types, F1", found, [one.types for one in found]),
        ]
        if len(found) > 1
        else [],
        "types": type_bars(now.per_type) if now else [],
        "confusion": confusion_of(now.report) if now else None,
        "calibrations": calibration_of(now.report) if now else [],
        "disagreements": disagreements(now, study) if now else [],
        "previous": previous_version(study),
        "versions": versions_for(study),
        "old": old,
        "room": sum(version.byte_size for version in old),
        "promotions": Promotion.objects.filter(study=study).select_related("version", "promoted_by")[:10],
        "schedules": schedules_of(study),
        **runs_of(study),
    }
    return render(request, "pages/model.html", context)


@page("GET")
def model_progress(request: Request, slug: str) -> HttpResponse:
    membership = member(request, slug, OVERSEERS)
    context = {"membership": membership, "study": membership.study, **runs_of(membership.study)}
    return render(request, "fragments/training_runs.html", context)


@page("GET")
def prelabelling(request: Request, slug: str) -> HttpResponse:
    study = member(request, slug, OVERSEERS).study
    return render(request, "fragments/prelabelling.html", {"study": study, "prelabelling": prelabelling_of(study)})


@page("POST")
def train(request: Request, slug: str) -> HttpResponseBase:
    study = member(request, slug, MANAGERS).study

    def ask() -> None:
        request_training(study=study, trigger=TrainingTrigger.PERSON, by=request.user)
        ring_trainings()

    return act(request, ask, on_its_way(study), "model", slug)


@page("POST")
def undo_promotion(request: Request, slug: str) -> HttpResponseBase:
    study = member(request, slug, MANAGERS).study

    def back() -> None:
        roll_back(study=study, by=request.user)
        ring_prelabels()

    return act(request, back, _("Rolled back; regions get prelabels of that version."), "model", slug)


@page("POST")
def drop_weights(request: Request, slug: str) -> HttpResponseBase:
    study = member(request, slug, MANAGERS).study

    def drop() -> None:
        drop_old_weights(study=study, by=request.user)

    return act(request, drop, _("The weights of old versions are dropped."), "model", slug)


@page("POST")
def promote_version(request: Request, slug: str, pk: int) -> HttpResponseBase:
    study = member(request, slug, MANAGERS).study
    version = get_object_or_404(ModelVersion, pk__in=[one.pk for one in versions_for(study)], pk=pk)

    def choose() -> None:
        promote(study=study, version=version, reason="Chosen by hand.", by=request.user)
        ring_prelabels()

    return act(request, choose, _("{version} speaks from now on.").format(version=version.name), "model", slug)


def on_its_way(study: Study) -> str:
    """Few new labels are no reason to refuse a person, but one to say so."""
    words, wanted = _("The training run is on its way."), study.retrain_after
    found = None if wanted is None else settled_since_candidate(study, at_most=wanted)
    if wanted is None or found is None or found >= wanted:
        return words
    early = _(
        "It is early: of the {wanted} newly settled labels that the study waits for after a candidate there are {found}."
    )
    return f"{words} {early.format(wanted=wanted, found=found)}"


def lacking(study: Study) -> dict[str, int] | None:
    """What there is of what a run needs, while it would end at once because there is too little; None when it would not."""
    train, test = settled_sides(study, train=LEAST_TRAIN, test=LEAST_TEST)
    if train >= LEAST_TRAIN and test >= LEAST_TEST:
        return None
    return {"train": train, "least_train": LEAST_TRAIN, "test": test, "least_test": LEAST_TEST}


def runs_of(study: Study) -> dict[str, object]:
    runs = TrainingRun.objects.filter(study=study).select_related("candidate", "champion", "requested_by", "snapshot")
    newest = list(runs.order_by("-pk")[:RUNS])
    busy = any(run.status in {JobStatus.QUEUED, JobStatus.RUNNING} for run in newest)
    return {
        "runs": [(run, spark(run.losses)) for run in newest],
        "busy": busy,
        "waiting": [run for run in newest if run.decision == Decision.WAITING],
        "new_labels": newly_settled(study, at_most=100_000),
    }


def schedules_of(study: Study) -> list[PeriodicTask]:
    """Those of the admin that name this study. One that strikes once is switched off when it has struck: it is over."""
    standing = PeriodicTask.objects.filter(task=SCHEDULED).exclude(one_off=True, enabled=False)
    return [task for task in standing if f'"{study.slug}"' in task.args + task.kwargs]
