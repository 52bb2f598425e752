"""Training runs: asked for, followed, stopped, and decided on."""

from typing import TypedDict

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.actions.gate import approve, decline
from annotation.actions.jobs import cancel, resume
from annotation.actions.training import request_training
from annotation.enums import Decision, JobStatus, TrainingStage, TrainingTrigger
from annotation.models import GateCheck, TrainingRun
from webapp import access, doorbell
from webapp.api.filters import one_of
from webapp.api.jobs import JobShape, job_shape
from webapp.api.paging import paginate
from webapp.api.parsing import parse
from webapp.api.schema import Page, describe
from webapp.api.views import Route


class Answer(serializers.Serializer[TrainingRun]):
    promote = serializers.BooleanField()


class CheckShape(TypedDict):
    """`low` and `high` are the ends of the difference's interval; `bound` is what decides."""

    measure: str
    champion: float | None
    candidate: float | None
    difference: float | None
    low: float | None
    high: float | None
    bound: float | None
    p_value: float | None
    decides: bool
    passed: bool


class TrainingShape(JobShape):
    trigger: TrainingTrigger
    stage: TrainingStage
    decision: Decision
    snapshot: int | None
    champion: int | None
    candidate: int | None
    train_regions: int
    test_regions: int
    test_images: int
    tries: int
    cpu_seconds: float
    gpu_seconds: float
    regions_per_second: float
    losses: list[float]


class TrainingWhole(TrainingShape):
    checks: list[CheckShape]
    log: str


class TrainingRuns(Route):
    paged = True
    filters = {"status": one_of("status", JobStatus)}

    @describe("The study's training runs, newest first", Page(TrainingShape), errors=(404,))
    def get(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.OVERSEERS)
        runs = TrainingRun.objects.filter(study=study, **self.chosen)
        return Response(paginate(request, runs, training_shape, newest_first=True))

    @describe("Ask for a training run", TrainingWhole, status=202, errors=(404, 409))
    def post(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.MANAGERS)
        run = request_training(study=study, trigger=TrainingTrigger.PERSON, by=self.person)
        doorbell.ring_trainings()
        return Response(whole_shape(run), status=202)


class TrainingOne(Route):
    @describe("A training run with every number of the gate", TrainingWhole, errors=(404,))
    def get(self, request: Request, pk: int) -> Response:
        return Response(whole_shape(access.training_run_for(self.person, pk)))


class TrainingDecision(Route):
    @describe("Promote the candidate that waits, or keep the champion", TrainingWhole, body=Answer, errors=(404, 409))
    def put(self, request: Request, pk: int) -> Response:
        run = access.training_run_for(self.person, pk, access.MANAGERS)
        if parse(Answer, request)["promote"]:
            approve(run=run, by=self.person)
            doorbell.ring_prelabels()
        else:
            decline(run=run, by=self.person)
        run.refresh_from_db()
        return Response(whole_shape(run))


class TrainingCancellation(Route):
    @describe("Stop a training run", TrainingWhole, errors=(404, 409))
    def post(self, request: Request, pk: int) -> Response:
        run = access.training_run_for(self.person, pk, access.MANAGERS)
        cancel(job=run, by=self.person)
        run.refresh_from_db()
        return Response(whole_shape(run))


class TrainingResumption(Route):
    @describe("Go on with a stopped or failed training run", TrainingWhole, errors=(404, 409))
    def post(self, request: Request, pk: int) -> Response:
        run = access.training_run_for(self.person, pk, access.MANAGERS)
        resume(job=run, by=self.person)
        doorbell.ring_trainings()
        run.refresh_from_db()
        return Response(whole_shape(run))


def training_shape(run: TrainingRun) -> TrainingShape:
    return {
        **job_shape(run),
        "trigger": TrainingTrigger(run.trigger),
        "stage": TrainingStage(run.stage),
        "decision": Decision(run.decision),
        "snapshot": run.snapshot_id,
        "champion": run.champion_id,
        "candidate": run.candidate_id,
        "train_regions": run.train_regions,
        "test_regions": run.test_regions,
        "test_images": run.test_images,
        "tries": run.tries,
        "cpu_seconds": run.cpu_seconds,
        "gpu_seconds": run.gpu_seconds,
        "regions_per_second": run.regions_per_second,
        "losses": run.losses,
    }


def whole_shape(run: TrainingRun) -> TrainingWhole:
    return {**training_shape(run), "checks": [check_shape(check) for check in run.checks.all()], "log": run.log}


def check_shape(check: GateCheck) -> CheckShape:
    return {
        "measure": check.measure,
        "champion": check.champion,
        "candidate": check.candidate,
        "difference": check.difference,
        "low": check.low,
        "high": check.high,
        "bound": check.bound,
        "p_value": check.p_value,
        "decides": check.decides,
        "passed": check.passed,
    }
