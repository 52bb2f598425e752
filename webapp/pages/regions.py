"""What the review page's script may do with regions: accept, discard, draw, click to segment. JSON in and out."""

import json
from typing import Any

from django.http import HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404

from annotation.actions.regions import accept, discard, draw
from annotation.actions.sketches import Click, request_sketch
from annotation.enums import JobStatus, RegionLevel
from annotation.errors import Conflict, InvalidInput
from annotation.masks import Mask, decode_mask, encode_mask, polygon_mask
from annotation.models import Image, Region, Sketch
from webapp.access import MANAGERS
from webapp.doorbell import ring_sketches
from webapp.pages.page import Request, image_of, member, page
from webapp.pages.review import shape

_MOST_POINTS = 2000
_FARTHEST = 1_000_000
"""Pixels from the corner; a click beside the picture is as good as one on its edge."""
_VERBS = {"accept": accept, "discard": discard}


@page("POST")
def decide(request: Request, slug: str, pk: int, verb: str) -> HttpResponseBase:
    region = get_object_or_404(Region, pk=pk, study=member(request, slug, MANAGERS).study)
    return JsonResponse(shape(_VERBS[verb](region=region, by=request.user)))


@page("POST")
def draw_polygon(request: Request, slug: str, pk: int) -> HttpResponseBase:
    """Body: {"points": [[x, y], ...], "level": "object"}. In image pixels."""
    image = image_of(request, slug, pk, MANAGERS)
    body = read(request)
    try:
        mask = polygon_mask(read_points(body.get("points")), image.width, image.height)
    except ValueError as error:
        raise InvalidInput(str(error)) from error
    return _draw(request, image, mask, body, proposer="")


@page("POST")
def begin_sketch(request: Request, slug: str, pk: int) -> HttpResponseBase:
    """Body: {"clicks": [[x, y, true], ...]}. The answer is polled at the sketch's own address."""
    image = image_of(request, slug, pk, MANAGERS)
    sketch = request_sketch(image=image, clicks=read_clicks(read(request).get("clicks")), by=request.user)
    ring_sketches()
    return JsonResponse(_sketch_shape(sketch), status=201)


@page("GET")
def sketch(request: Request, slug: str, pk: int) -> HttpResponseBase:
    return JsonResponse(_sketch_shape(_sketch_of(request, slug, pk)))


@page("POST")
def take_sketch(request: Request, slug: str, pk: int) -> HttpResponseBase:
    found = _sketch_of(request, slug, pk)
    if found.status != JobStatus.DONE or not found.rle:
        raise Conflict("This sketch has no mask to take.")
    image = found.image
    mask = encode_mask(decode_mask(found.rle, image.width, image.height))
    return _draw(request, image, mask, read(request), proposer="click")


def _sketch_of(request: Request, slug: str, pk: int) -> Sketch:
    study = member(request, slug, MANAGERS).study
    return get_object_or_404(Sketch.objects.select_related("image__study"), pk=pk, image__study=study)


def _draw(request: Request, image: Image, mask: Mask, body: dict[str, Any], *, proposer: str) -> HttpResponseBase:
    level = str(body.get("level", RegionLevel.OBJECT))
    return JsonResponse(
        shape(draw(image=image, mask=mask, level=level, by=request.user, proposer=proposer)), status=201
    )


def read(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("The body must be JSON.") from error
    if not isinstance(body, dict):
        raise InvalidInput("The body must be a JSON object.")
    return body


def read_points(points: object) -> list[tuple[float, float]]:
    if not isinstance(points, list) or len(points) > _MOST_POINTS:
        raise InvalidInput(f"points must be a list of at most {_MOST_POINTS} pairs.")
    try:
        pairs = [(float(x), float(y)) for x, y in points]
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidInput("Each point must be a pair of numbers.") from error
    if not all(abs(x) < _FARTHEST and abs(y) < _FARTHEST for x, y in pairs):  # nor is NaN
        raise InvalidInput("Each point must be a pair of numbers.")
    return pairs


def read_clicks(clicks: object) -> list[Click]:
    if not isinstance(clicks, list):
        raise InvalidInput("clicks must be a list of [x, y, positive].")
    if not all(isinstance(one, list) and [type(part) for part in one] == [int, int, bool] for one in clicks):
        raise InvalidInput("Each click must be [x, y, positive].")
    return [(x, y, positive) for x, y, positive in clicks]


def _sketch_shape(row: Sketch) -> dict[str, object]:
    return {"id": row.pk, "status": row.status, "rle": row.rle, "error": row.error}
