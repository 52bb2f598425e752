"""Versions measured on the test split of a snapshot: the comparison table, number by number."""

from typing import TypedDict

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.actions.evaluations import request_evaluation, request_missing_evaluations
from annotation.enums import JobStatus
from annotation.errors import Conflict
from annotation.models import Evaluation, Snapshot, Study
from webapp import access, doorbell
from webapp.api.filters import one_of, whole_number
from webapp.api.jobs import JobShape, job_shape
from webapp.api.paging import paginate
from webapp.api.parsing import parse
from webapp.api.schema import Page, describe
from webapp.api.views import Route
from webapp.comparison import CLOSED_SET, COLUMNS, report_of

MOST = 2**31 - 1


class Wanted(serializers.Serializer[Evaluation]):
    """By default every version that is not measured yet, on the newest snapshot."""

    snapshot = serializers.IntegerField(required=False, min_value=1)
    version = serializers.IntegerField(required=False, min_value=1)


class ScoreShape(TypedDict):
    """`low` and `high` are the ends of a 95 % interval; shares are 0 to 1."""

    task: str
    metric: str
    value: float | None
    low: float | None
    high: float | None


class EvaluationShape(JobShape):
    """`scores` is empty until the measurement is done."""

    version: int
    snapshot: int
    regions: int
    images: int
    scores: list[ScoreShape]


class Evaluations(Route):
    paged = True
    filters = {
        "status": one_of("status", JobStatus),
        "snapshot": whole_number("snapshot", MOST),
        "version": whole_number("version", MOST),
    }

    @describe("What was measured of which version, newest first", Page(EvaluationShape), errors=(404,))
    def get(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.OVERSEERS)
        rows = Evaluation.objects.filter(study=study, **self.chosen)
        return Response(paginate(request, rows, evaluation_shape, newest_first=True))

    @describe("Ask for measurements", list[EvaluationShape], status=202, body=Wanted, errors=(404, 409))
    def post(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.MANAGERS)
        given = parse(Wanted, request)
        snapshot = _snapshot(study, given.get("snapshot"))
        if "version" in given:
            version = access.version_for(study, given["version"])
            rows = [request_evaluation(study=study, version=version, snapshot=snapshot, by=self.person)]
        else:
            request_missing_evaluations(study=study, snapshot=snapshot, by=self.person)
            rows = list(Evaluation.objects.filter(study=study, snapshot=snapshot).order_by("version"))
        doorbell.ring_evaluations()
        return Response([evaluation_shape(row) for row in rows], status=202)


class EvaluationOne(Route):
    @describe("A measurement", EvaluationShape, errors=(404,))
    def get(self, request: Request, pk: int) -> Response:
        return Response(evaluation_shape(access.evaluation_for(self.person, pk)))


def _snapshot(study: Study, asked: int | None) -> Snapshot:
    if asked is not None:
        return get_object_or_404(Snapshot, pk=asked, study=study)
    newest = Snapshot.objects.filter(study=study).order_by("-pk").first()
    if newest is None:
        raise Conflict("There is no snapshot yet: an export or a training run takes one.", code="no_snapshot")
    return newest


def evaluation_shape(evaluation: Evaluation) -> EvaluationShape:
    report = report_of(evaluation) or {}
    scores = report.get("ways", {}).get(CLOSED_SET, {})
    return {
        **job_shape(evaluation),
        "version": evaluation.version_id,
        "snapshot": evaluation.snapshot_id,
        "regions": report.get("regions", 0),
        "images": report.get("images", 0),
        "scores": [score_shape(task, metric, (scores.get(task) or {}).get(metric) or {}) for task, metric in COLUMNS]
        if scores
        else [],
    }


def score_shape(task: str, metric: str, found: dict[str, float | None]) -> ScoreShape:
    return {
        "task": task,
        "metric": metric,
        "value": found.get("value"),
        "low": found.get("low"),
        "high": found.get("high"),
    }
