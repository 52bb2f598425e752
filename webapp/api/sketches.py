"""Click to segment: a manager's clicks go in, a worker answers with a mask, the client asks until it is there."""

from typing import Any, TypedDict

from rest_framework.request import Request
from rest_framework.response import Response

from annotation.actions.sketches import MOST_CLICKS, Click, request_sketch
from annotation.enums import JobStatus
from annotation.errors import InvalidInput
from annotation.models import Sketch
from webapp import access, doorbell
from webapp.api.parsing import body_of, check_names
from webapp.api.schema import describe
from webapp.api.views import Route

CLICKS = {
    "type": "array",
    "maxItems": MOST_CLICKS,
    "description": "x and y in image pixels, and whether the point belongs to the region.",
    "items": {"type": "array", "minItems": 3, "maxItems": 3, "items": {}},
    "example": [[120, 80, True], [10, 10, False]],
}
_CLICKS = {"application/json": {"type": "object", "required": ["clicks"], "properties": {"clicks": CLICKS}}}


class SketchShape(TypedDict):
    """`rle` is empty until the status is done."""

    id: int
    image: int
    status: JobStatus
    rle: str
    error: str


class Sketches(Route):
    @describe("Ask for the mask around some clicks", SketchShape, status=202, body=_CLICKS, errors=(404,))
    def post(self, request: Request, pk: int) -> Response:
        image = access.image_for(self.person, pk, access.MANAGERS)
        sketch = request_sketch(image=image, clicks=read_clicks(body_of(request)), by=self.person)
        doorbell.ring_sketches()
        return Response(sketch_shape(sketch), status=202)


class SketchOne(Route):
    @describe("The sketch, with its mask when there is one", SketchShape, errors=(404,))
    def get(self, request: Request, pk: int) -> Response:
        return Response(sketch_shape(access.sketch_for(self.person, pk)))


def read_clicks(body: dict[str, Any]) -> list[Click]:
    check_names(body, {"clicks": None})
    return clicks_from(body.get("clicks"))


def clicks_from(clicks: object) -> list[Click]:
    if not isinstance(clicks, list) or not all(_is_click(one) for one in clicks[: MOST_CLICKS + 1]):
        raise InvalidInput("clicks must be a list of [x, y, true or false] with whole numbers.")
    if len(clicks) > MOST_CLICKS:
        raise InvalidInput(f"At most {MOST_CLICKS} clicks are taken, not {len(clicks)}.")
    return [(x, y, positive) for x, y, positive in clicks]


def _is_click(one: object) -> bool:
    return isinstance(one, list) and [type(part) for part in one] == [int, int, bool]


def sketch_shape(sketch: Sketch) -> SketchShape:
    return {
        "id": sketch.pk,
        "image": sketch.image_id,
        "status": JobStatus(sketch.status),
        "rle": sketch.rle,
        "error": sketch.error,
    }
