"""One's own training and exams: begin, go on, look back. What experts say comes after one's own vote in training alone."""

from datetime import datetime
from typing import TypedDict

from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.actions.exams import next_exam_seat, start_exam
from annotation.actions.leases import Answer
from annotation.aggregation.exam_scores import Tally
from annotation.enums import ExamKind
from annotation.models import Exam
from annotation.queries.exams import Feedback, feedback_on, told_score
from webapp import access
from webapp.api.assignments import NextSeat, NextWish, read_holding, seat_shape
from webapp.api.paging import paginate
from webapp.api.parsing import body_of, parse
from webapp.api.schema import Page, describe
from webapp.api.views import Route
from webapp.teaching_access import exam_for


class NewExam(serializers.Serializer[Exam]):
    kind = serializers.ChoiceField(ExamKind.choices)


class ScaleResult(TypedDict):
    """Levels that were compared and were at most one off; distortions that were there and were found, or were not and were
    left out."""

    scale: str
    levels: int
    within: int
    higher: int
    lower: int
    there: int
    found: int
    absent: int
    spared: int


class ExamShape(TypedDict):
    """`passed`, `within` and `balanced` come with the end; `scales` too, unless there were too few regions to tell."""

    id: int
    kind: ExamKind
    codebook: int
    regions: int
    answered: int
    within: float | None
    balanced: float | None
    passed: bool | None
    started_at: datetime
    ended_at: datetime | None
    expires_at: datetime | None
    scales: list[ScaleResult] | None


class FeedbackScale(TypedDict):
    scale: str
    own: int
    expert: int
    right: bool


class FeedbackShape(TypedDict):
    answered: int
    regions: int
    ended: bool
    scales: list[FeedbackScale]
    explanation: str


class Exams(Route):
    rating = True
    paged = True

    @describe("My trainings and exams in the study, newest first", Page(ExamShape), errors=(404,))
    def get(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.RATERS)
        own = Exam.objects.filter(study=study, annotator=self.person)
        return Response(paginate(request, own, exam_shape, newest_first=True))

    @describe("Begin a training or an exam, or go on with mine", ExamShape, status=201, body=NewExam, errors=(404, 409))
    def post(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.RATERS)
        kind = parse(NewExam, request)["kind"]
        return Response(exam_shape(start_exam(study=study, annotator=self.person, kind=kind)), status=201)


class ExamOne(Route):
    rating = True

    @describe("My training or exam", ExamShape, errors=(404,))
    def get(self, request: Request, pk: int) -> Response:
        return Response(exam_shape(exam_for(self.person, pk)))


class ExamAssignments(Route):
    rating = True

    @describe(
        "The next region of my training or exam; all done when it has ended", NextSeat, body=NextWish, errors=(404,)
    )
    def post(self, request: Request, pk: int) -> Response:
        holding = read_holding(body_of(request))
        exam = exam_for(self.person, pk)
        seat = next_exam_seat(exam=exam, annotator=self.person, holding=holding)
        if seat is not None:
            shape = seat_shape(seat, self.person, exam.codebook, None)
            return Response(NextSeat(answer=Answer.SEAT, until=None, assignment=shape, sitting=None))
        exam.refresh_from_db(fields=["ended_at"])
        answer = Answer.ALL_DONE if exam.ended_at else Answer.NOTHING_NOW
        return Response(NextSeat(answer=answer, until=None, assignment=None, sitting=None))


class VoteFeedback(Route):
    rating = True

    @describe(
        "What experts say of the region of my vote in training; 404 for every other vote", FeedbackShape, errors=(404,)
    )
    def get(self, request: Request, pk: int) -> Response:
        feedback = feedback_on(access.vote_for(self.person, pk))
        if feedback is None:
            raise Http404("There is no feedback on this vote.")
        return Response(feedback_shape(feedback))


def exam_shape(exam: Exam) -> ExamShape:
    score = told_score(exam)
    return {
        "id": exam.pk,
        "kind": ExamKind(exam.kind),
        "codebook": exam.codebook,
        "regions": exam.regions,
        "answered": exam.answered,
        "within": exam.within,
        "balanced": exam.balanced,
        "passed": exam.passed,
        "started_at": exam.started_at,
        "ended_at": exam.ended_at,
        "expires_at": exam.expires_at,
        "scales": None if score is None else [scale_shape(scale, one) for scale, one in score.scales.items()],
    }


def scale_shape(scale: str, one: Tally) -> ScaleResult:
    return {
        "scale": scale,
        "levels": one.levels,
        "within": one.within,
        "higher": one.higher,
        "lower": one.lower,
        "there": one.there,
        "found": one.found,
        "absent": one.absent,
        "spared": one.spared,
    }


def feedback_shape(feedback: Feedback) -> FeedbackShape:
    exam = feedback.exam
    return {
        "answered": exam.answered,
        "regions": exam.regions,
        "ended": exam.ended_at is not None,
        "scales": [
            FeedbackScale(scale=one.scale, own=one.own, expert=one.expert, right=one.right) for one in feedback.scales
        ],
        "explanation": feedback.explanation,
    }
