"""Anchors: an example of every level, for all members; and who looked at them for how long."""

from datetime import datetime
from typing import NotRequired, TypedDict

from django.http import HttpResponseBase
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.actions.anchors import LONGEST_LOOK_MS, log_opening, standing_anchors
from annotation.models import Anchor, AnchorOpening
from annotation.scales import SCALES, WORDS
from webapp import access
from webapp.api.files import original
from webapp.api.parsing import parse
from webapp.api.schema import Bytes, describe
from webapp.api.views import FileRoute, Route
from webapp.spoken import spoken
from webapp.teaching_access import anchor_for


class AnchorShape(TypedDict):
    id: int
    scale: str
    level: int
    word: str
    note: str
    url: str
    width: int
    height: int


class AnchorList(TypedDict):
    anchors: list[AnchorShape]


class NewOpening(serializers.Serializer[AnchorOpening]):
    """`assignment` is the region on screen, when there is one."""

    scale = serializers.ChoiceField([(scale, scale) for scale in SCALES])
    shown_ms = serializers.IntegerField(min_value=0, max_value=LONGEST_LOOK_MS)
    assignment = serializers.IntegerField(required=False, allow_null=True)


class OpeningShape(TypedDict):
    scale: str
    shown_ms: int
    assignment: NotRequired[int | None]


class OpeningKept(TypedDict):
    id: int
    created_at: datetime


class Anchors(Route):
    rating = True

    @describe("The examples of every level, scale by scale", AnchorList, errors=(404,))
    def get(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug)
        rows = sorted(standing_anchors(study), key=lambda row: (SCALES.index(row.scale), row.level))
        return Response(AnchorList(anchors=[anchor_shape(row) for row in rows]))


class AnchorFile(FileRoute):
    rating = True

    @describe("An example's original bytes", Bytes("image/*"), errors=(404,))
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        anchor = anchor_for(self.person, pk)
        return original(request, anchor.file, anchor.sha256, anchor.media_type)


class AnchorOpenings(Route):
    rating = True

    @describe("I looked at the examples of a scale", OpeningKept, status=201, body=OpeningShape, errors=(404,))
    def post(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.RATERS)
        given = parse(NewOpening, request)
        seat = given.get("assignment")
        region = None if seat is None else access.assignment_for(self.person, seat).region
        row = log_opening(
            study=study,
            annotator=self.person,
            scale=given["scale"],
            region=region if region is not None and region.study_id == study.pk else None,
            shown_ms=given["shown_ms"],
        )
        return Response(OpeningKept(id=row.pk, created_at=row.created_at), status=201)


def anchor_shape(row: Anchor) -> AnchorShape:
    return {
        "id": row.pk,
        "scale": row.scale,
        "level": row.level,
        "word": WORDS[row.scale][row.level],
        "note": spoken(row.note),
        "url": f"/api/v1/anchors/{row.pk}/file",
        "width": row.width,
        "height": row.height,
    }
