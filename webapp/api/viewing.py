"""The viewing check: is this screen fit for looking at photographs?"""

from datetime import datetime
from typing import TypedDict

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.actions.viewing import Screen, Seen, protocol_for, read_challenge, record_check
from annotation.enums import CheckPolicy
from annotation.models import ViewingCheck
from annotation.viewing_challenge import CELLS, Plate
from webapp import access
from webapp.api.parsing import parse
from webapp.api.schema import describe
from webapp.api.views import Route

_LARGEST = 100_000
_GAMUTS = ("", "srgb", "p3", "rec2020")


class CheckShape(TypedDict):
    """`failings` says what was not passed; `blocks`, that the study wants another try before the next region."""

    passed: bool
    failings: list[str]
    blocks: bool
    expires_at: datetime


def _size() -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=_LARGEST)


def _cells() -> serializers.ListField:
    return serializers.ListField(child=serializers.IntegerField(min_value=0, max_value=CELLS - 1), max_length=CELLS)


def _digit() -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, max_value=9, allow_null=True)


class NewCheck(serializers.Serializer[ViewingCheck]):
    """For people before a screen: `challenge` is given out by the page `studies/SLUG/viewing` alone, with its pictures.

    `dark` and `light` are cells of the matrices, row by row from 0; `digits` what stood on the plates, null for nothing.
    """

    challenge = serializers.CharField(max_length=300)
    dark = _cells()
    light = _cells()
    digits = serializers.ListField(child=_digit(), min_length=len(Plate), max_length=len(Plate))
    screen_width = _size()
    screen_height = _size()
    window_width = _size()
    window_height = _size()
    device_pixel_ratio = serializers.FloatField(min_value=0.01, max_value=100)
    pixel_pitch_um = serializers.FloatField(min_value=10, max_value=2_000, required=False, allow_null=True)
    distance_cm = serializers.IntegerField(min_value=10, max_value=1_000, required=False, allow_null=True)
    colour_gamut = serializers.ChoiceField(_GAMUTS, required=False, allow_blank=True)
    high_dynamic_range = serializers.BooleanField(required=False, allow_null=True)
    dark_mode = serializers.BooleanField(required=False, allow_null=True)
    night_mode_off = serializers.BooleanField(required=False, allow_null=True)
    time_zone = serializers.CharField(max_length=64, required=False, allow_blank=True)


class ViewingChecks(Route):
    rating = True

    @describe("My viewing check, judged", CheckShape, status=201, body=NewCheck, errors=(404,))
    def post(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.RATERS)
        said = parse(NewCheck, request)
        challenge = read_challenge(said.pop("challenge"), study, self.person)
        seen = Seen(said.pop("dark"), said.pop("light"), said.pop("digits"))
        screen = Screen(**said, user_agent=request.headers.get("User-Agent", "")[:300])
        check = record_check(study=study, annotator=self.person, challenge=challenge, seen=seen, screen=screen)
        blocks = not check.passed and protocol_for(study).viewing_check == CheckPolicy.BLOCK
        shape = CheckShape(passed=check.passed, failings=check.failings, blocks=blocks, expires_at=check.expires_at)
        return Response(shape, status=201)
