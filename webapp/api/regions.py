"""Regions as overseers see them; managers draw, accept and discard."""

from datetime import datetime
from typing import TypedDict

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.actions.regions import accept, discard, draw
from annotation.enums import RegionLevel, RegionSource, RegionStatus
from annotation.models import Region
from webapp import access
from webapp.api.filters import one_of
from webapp.api.outlines import MOST_CODE, MOST_POINTS, mask_of
from webapp.api.paging import paginate
from webapp.api.parsing import parse
from webapp.api.schema import Page, describe
from webapp.api.views import Route


class NewRegion(serializers.Serializer[Region]):
    """Either a polygon in image pixels from the upper left corner, which holds the pixels whose middle lies inside, or a mask
    as COCO's compressed run-length code.
    """

    level = serializers.ChoiceField(RegionLevel.choices)
    polygon = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2),
        min_length=3,
        max_length=MOST_POINTS,
        required=False,
    )
    rle = serializers.CharField(max_length=MOST_CODE, required=False, trim_whitespace=False)


class Decision(serializers.Serializer[Region]):
    status = serializers.ChoiceField([RegionStatus.ACCEPTED.value, RegionStatus.DISCARDED.value])


class RegionShape(TypedDict):
    id: int
    image: int
    rle: str
    box: list[int]
    area: int
    level: RegionLevel
    source: RegionSource
    proposer: str
    score: float
    status: RegionStatus
    decided_at: datetime | None
    created_at: datetime


class Regions(Route):
    paged = True
    filters = {"status": one_of("status", RegionStatus), "level": one_of("level", RegionLevel)}

    @describe("The image's regions, candidates and discarded ones too", Page(RegionShape), errors=(404,))
    def get(self, request: Request, pk: int) -> Response:
        image = access.image_for(self.person, pk)
        return Response(paginate(request, Region.objects.filter(image=image, **self.chosen), region_shape))

    @describe("Draw a region; it goes into the study", RegionShape, status=201, body=NewRegion, errors=(404, 409))
    def post(self, request: Request, pk: int) -> Response:
        image = access.image_for(self.person, pk, access.MANAGERS)
        given = parse(NewRegion, request)
        mask = mask_of((image.width, image.height), given.get("polygon"), given.get("rle"))
        region = draw(image=image, mask=mask, level=given["level"], by=self.person)
        return Response(region_shape(region), status=201)


class RegionOne(Route):
    @describe("A region", RegionShape, errors=(404,))
    def get(self, request: Request, pk: int) -> Response:
        return Response(region_shape(access.region_for(self.person, pk)))


class RegionDecision(Route):
    @describe("Take a region into the study or out of it", RegionShape, body=Decision, errors=(404, 409))
    def put(self, request: Request, pk: int) -> Response:
        region = access.region_for(self.person, pk, access.MANAGERS)
        decide = accept if parse(Decision, request)["status"] == RegionStatus.ACCEPTED else discard
        return Response(region_shape(decide(region=region, by=self.person)))


def region_shape(region: Region) -> RegionShape:
    return {
        "id": region.pk,
        "image": region.image_id,
        "rle": region.rle,
        "box": [region.x, region.y, region.width, region.height],
        "area": region.area,
        "level": RegionLevel(region.level),
        "source": RegionSource(region.source),
        "proposer": region.proposer,
        "score": region.score,
        "status": RegionStatus(region.status),
        "decided_at": region.decided_at,
        "created_at": region.created_at,
    }
