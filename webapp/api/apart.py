"""Where model and people are furthest apart, and a wish for more votes there."""

from typing import TypedDict

from rest_framework.request import Request
from rest_framework.response import Response

from annotation.actions.apart import ask_where_apart
from annotation.queries.apart import Apart, apart_in
from webapp import access
from webapp.api.schema import describe
from webapp.api.views import Route


class ApartShape(TypedDict):
    """Both mean levels on the scale on which they are furthest apart."""

    region: int
    votes: int
    scale: str
    model: float
    people: float


class ApartsShape(TypedDict):
    """`regions` are the furthest, of `count`."""

    count: int
    regions: list[ApartShape]


class AskedShape(TypedDict):
    seats: int


class Aparts(Route):
    @describe("Where the active version and settled labels are furthest apart", ApartsShape, errors=(404,))
    def get(self, request: Request, slug: str) -> Response:
        found, count = apart_in(access.study_for(self.person, slug, access.OVERSEERS))
        shape: ApartsShape = {"count": count, "regions": [apart_shape(one) for one in found]}
        return Response(shape)

    @describe("Ask for more votes on these regions", AskedShape, status=201, errors=(404, 409))
    def post(self, request: Request, slug: str) -> Response:
        seats = ask_where_apart(study=access.study_for(self.person, slug, access.MANAGERS), by=self.person)
        shape: AskedShape = {"seats": seats}
        return Response(shape, status=201)


def apart_shape(one: Apart) -> ApartShape:
    return {
        "region": one.region.pk,
        "votes": one.votes,
        "scale": one.scale,
        "model": one.model,
        "people": one.people,
    }
