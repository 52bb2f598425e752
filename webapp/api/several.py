"""One decision about several regions of a study."""

from typing import TypedDict

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.actions.several import MOST_REGIONS, MOST_SEATS, Done, ask_for_several, decide_several
from annotation.enums import RegionStatus
from annotation.models import Region
from webapp import access
from webapp.api.parsing import parse
from webapp.api.schema import describe
from webapp.api.views import Route


def _ids() -> serializers.ListField:
    return serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), min_length=1, max_length=MOST_REGIONS
    )


class SeatsWanted(serializers.Serializer[Region]):
    """`seats` more votes on each of these regions."""

    regions = _ids()
    seats = serializers.IntegerField(min_value=1, max_value=MOST_SEATS)


class RegionsDecided(serializers.Serializer[Region]):
    regions = _ids()
    status = serializers.ChoiceField([RegionStatus.ACCEPTED.value, RegionStatus.DISCARDED.value])


class DoneShape(TypedDict):
    """Of how many regions it is true now, how many were left as they are, and how many seats were added."""

    regions: int
    left: int
    seats: int


class SeatRequests(Route):
    @describe("Ask for more votes on several regions", DoneShape, status=201, body=SeatsWanted, errors=(404, 409))
    def post(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.MANAGERS)
        given = parse(SeatsWanted, request)
        done = ask_for_several(study=study, region_ids=given["regions"], seats=given["seats"], by=self.person)
        return Response(done_shape(done), status=201)


class RegionDecisions(Route):
    @describe(
        "Accept or discard several regions; those that cannot be are left",
        DoneShape,
        body=RegionsDecided,
        errors=(404,),
    )
    def put(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.MANAGERS)
        given = parse(RegionsDecided, request)
        done = decide_several(study=study, region_ids=given["regions"], status=given["status"], by=self.person)
        return Response(done_shape(done))


def done_shape(done: Done) -> DoneShape:
    return {"regions": done.regions, "left": done.left, "seats": done.seats}
