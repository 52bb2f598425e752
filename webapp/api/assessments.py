"""Click anywhere: a place in a picture goes in, a worker answers with a mask, then with what the model says of it."""

from typing import Any, TypedDict, cast

from rest_framework.request import Request
from rest_framework.response import Response

from annotation.actions.assessments import Box, request_assessment
from annotation.aggregation.readings import read_scale
from annotation.enums import JobStatus
from annotation.errors import InvalidInput
from annotation.models import Assessment, Image, Picture, Study
from annotation.queries.clicks import clicks_are_answered
from annotation.scales import DISTORTIONS
from webapp import access, doorbell
from webapp.api.filters import whole_number
from webapp.api.parsing import body_of, check_names
from webapp.api.patience import LONGEST_MS, wait_for_more
from webapp.api.schema import describe
from webapp.api.sketches import CLICKS, clicks_from
from webapp.api.views import Route

_NUMBER = {"type": "integer"}
_SHAPE = {
    "type": "object",
    "properties": {
        "image": _NUMBER | {"description": "One of the study's images; or a picture."},
        "picture": _NUMBER | {"description": "One that you brought."},
        "clicks": CLICKS,
        "box": {
            "type": "array",
            "items": _NUMBER,
            "minItems": 4,
            "maxItems": 4,
            "description": "x, y, width, height around the region, instead of clicks.",
        },
    },
}
_FIELDS = {"image": None, "picture": None, "clicks": None, "box": None}


class ReadingShape(TypedDict):
    """Probabilities of the levels, level 0 first. `mean` is of 0..4; of a distortion it is the severity where there is one,
    `there` the probability that there is one at all."""

    probabilities: list[float]
    mean: float
    there: float
    word: str


class AssessmentShape(TypedDict):
    """`done` counts what has come: 1 the mask, 2 the numbers, 3 (`total`) the sentences. `answered` is false while it is
    queued and no worker for clicks shows itself. `undistorted` is the probability of no distortion at all."""

    id: int
    image: int | None
    picture: int | None
    version: str
    status: JobStatus
    done: int
    total: int
    answered: bool
    rle: str
    scales: dict[str, ReadingShape]
    undistorted: float | None
    flags: list[str]
    sentences: list[str]
    error: str


class Assessments(Route):
    @describe(
        "Ask the active model about a place in a picture",
        AssessmentShape,
        status=202,
        body={"application/json": _SHAPE},
        errors=(404, 409),
    )
    def post(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.OVERSEERS)
        body = body_of(request)
        check_names(body, _FIELDS)
        of = self.read_subject(study, body)
        clicks = clicks_from(body["clicks"]) if "clicks" in body else []
        box = read_box(body["box"]) if "box" in body else None
        assessment = request_assessment(study=study, of=of, clicks=clicks, box=box, by=self.person)
        doorbell.ring_assessments()
        return Response(assessment_shape(assessment), status=202)

    def read_subject(self, study: Study, body: dict[str, Any]) -> Image | Picture:
        given = [name for name in ("image", "picture") if name in body]
        if len(given) != 1 or type(body[given[0]]) is not int:
            raise InvalidInput("Give either image or picture, as a whole number.")
        if given == ["image"]:
            return access.image_in(self.person, study, body["image"])
        return access.picture_in(self.person, study, body["picture"])


class AssessmentOne(Route):
    filters = {"wait": whole_number("wait", LONGEST_MS), "after": whole_number("after", 3)}

    @describe(
        "The answer as far as it has come; with wait (milliseconds) not before more than `after` parts are done",
        AssessmentShape,
        errors=(404,),
    )
    def get(self, request: Request, pk: int) -> Response:
        assessment = access.assessment_for(self.person, pk)
        chosen = cast(dict[str, int], self.chosen)
        wait_for_more(assessment, after=chosen.get("after", 0), patience_ms=chosen.get("wait", 0))
        return Response(assessment_shape(assessment))


def read_box(box: object) -> Box:
    if not isinstance(box, list) or [type(side) for side in box] != [int] * 4:
        raise InvalidInput("box must be [x, y, width, height] with whole numbers.")
    x, y, width, height = box
    return x, y, width, height


def assessment_shape(assessment: Assessment) -> AssessmentShape:
    return {
        "id": assessment.pk,
        "image": assessment.image_id,
        "picture": assessment.picture_id,
        "version": assessment.version.name,
        "status": JobStatus(assessment.status),
        "done": assessment.done,
        "total": assessment.total,
        "answered": assessment.status != JobStatus.QUEUED or clicks_are_answered(),
        "rle": assessment.rle,
        "scales": _scales(assessment),
        "undistorted": assessment.undistorted,
        "flags": assessment.flags,
        "sentences": assessment.sentences.splitlines(),
        "error": assessment.error,
    }


def _scales(assessment: Assessment) -> dict[str, ReadingShape]:
    """Empty until the numbers are there."""
    quality, importance, distortions = assessment.quality, assessment.importance, assessment.distortions
    if quality is None or importance is None or distortions is None:
        return {}
    choices = len(distortions) // len(DISTORTIONS)
    shares = {name: distortions[at * choices : (at + 1) * choices] for at, name in enumerate(DISTORTIONS)}
    return {name: _reading(name, of) for name, of in (shares | {"quality": quality, "importance": importance}).items()}


def _reading(scale: str, probabilities: list[float]) -> ReadingShape:
    said = read_scale(scale, probabilities)
    return {"probabilities": probabilities, "mean": said.mean, "there": said.there, "word": said.word}
