"""How a study is run, as a whole; a study may be without a protocol."""

from typing import TypedDict, cast

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.actions.protocols import drop_protocol, set_protocol
from annotation.enums import CheckPolicy
from annotation.models import Protocol, Study
from webapp import access
from webapp.api.parsing import parse
from webapp.api.schema import describe
from webapp.api.views import Route

_MOST = 2**31 - 1


def _whole(least: int, most: int) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=least, max_value=most, required=False)


def _share(most: float) -> serializers.FloatField:
    return serializers.FloatField(min_value=0, max_value=most, required=False)


class ProtocolGiven(serializers.Serializer[Protocol]):
    """What is left out gets its default."""

    viewing_check = serializers.ChoiceField(CheckPolicy.choices, required=False)
    check_minutes = _whole(5, 1440)
    least_width = _whole(320, 10_000)
    least_height = _whole(320, 10_000)
    least_view_ms = _whole(0, 10_000)
    sitting_minutes = _whole(0, 480)
    break_minutes = _whole(0, 240)
    sittings_per_day = _whole(0, 48)
    warm_up = _whole(0, 20)
    repeat_share = _share(0.5)
    repeat_gap = _whole(1, 10_000)
    gold_every = _whole(0, 1000)
    exam_wanted = serializers.BooleanField(required=False)
    training_regions = _whole(0, 200)
    exam_regions = _whole(1, 200)
    exam_within = _share(1)
    exam_balanced = _share(1)
    qualified_days = _whole(1, 3650)
    undo_votes = _whole(0, 100)
    undo_minutes = _whole(0, 1440)
    adaptive = serializers.BooleanField(required=False)
    votes_cap = _whole(1, 99)
    votes_budget = serializers.IntegerField(min_value=0, max_value=_MOST, required=False, allow_null=True)


class ProtocolSettings(TypedDict):
    viewing_check: CheckPolicy
    check_minutes: int
    least_width: int
    least_height: int
    least_view_ms: int
    sitting_minutes: int
    break_minutes: int
    sittings_per_day: int
    warm_up: int
    repeat_share: float
    repeat_gap: int
    gold_every: int
    exam_wanted: bool
    training_regions: int
    exam_regions: int
    exam_within: float
    exam_balanced: float
    qualified_days: int
    undo_votes: int
    undo_minutes: int
    adaptive: bool
    votes_cap: int
    votes_budget: int | None


class ProtocolAnswer(TypedDict):
    """Null: people rate at any time, on any screen."""

    protocol: ProtocolSettings | None


class ProtocolOne(Route):
    @describe("The study's protocol, or that it has none", ProtocolAnswer, errors=(404,))
    def get(self, request: Request, slug: str) -> Response:
        return Response(protocol_shape(access.study_for(self.person, slug, access.MANAGERS)))

    @describe(
        "Give the study this protocol: what is left out gets its default",
        ProtocolAnswer,
        body=ProtocolGiven,
        errors=(404,),
    )
    def put(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.MANAGERS)
        set_protocol(study=study, settings=parse(ProtocolGiven, request), by=self.person)
        return Response(protocol_shape(study))

    @describe("Run the study without a protocol; what was found so far is kept", status=204, errors=(404,))
    def delete(self, request: Request, slug: str) -> Response:
        drop_protocol(study=access.study_for(self.person, slug, access.MANAGERS), by=self.person)
        return Response(status=204)


def protocol_shape(study: Study) -> ProtocolAnswer:
    found = Protocol.objects.filter(study=study).first()
    if found is None:
        return {"protocol": None}
    return {
        "protocol": cast(ProtocolSettings, {name: getattr(found, name) for name in ProtocolSettings.__annotations__})
    }
