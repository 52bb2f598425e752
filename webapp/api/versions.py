"""Model versions a study may use, and which one speaks."""

from datetime import datetime
from typing import TypedDict

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.actions.gate import roll_back
from annotation.actions.versions import promote, versions_for
from annotation.enums import ModelKind
from annotation.errors import InvalidInput
from annotation.models import ModelVersion, Promotion, Study
from webapp import access, doorbell
from webapp.api.paging import paginate
from webapp.api.parsing import parse
from webapp.api.schema import Page, describe
from webapp.api.views import Route


class Choice(serializers.Serializer[Promotion]):
    """`back` goes back to the version that was active before this one."""

    version = serializers.IntegerField(required=False, min_value=1)
    back = serializers.BooleanField(default=False)


class VersionShape(TypedDict):
    id: int
    name: str
    kind: ModelKind
    preset: str
    sha256: str
    parent: int | None
    training_run: int | None
    active: bool
    created_at: datetime


class PromotionShape(TypedDict):
    id: int
    version: int
    reason: str
    created_at: datetime


class Versions(Route):
    @describe("The versions the study may use, newest first", list[VersionShape], errors=(404,))
    def get(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.OVERSEERS)
        return Response([version_shape(version, study) for version in versions_for(study)])


class Promotions(Route):
    paged = True

    @describe("Which versions spoke, newest first", Page(PromotionShape), errors=(404,))
    def get(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.OVERSEERS)
        return Response(paginate(request, Promotion.objects.filter(study=study), promotion_shape, newest_first=True))

    @describe("Promote a version, or go back", PromotionShape, status=201, body=Choice, errors=(404, 409))
    def post(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.MANAGERS)
        given = parse(Choice, request)
        if given["back"] == ("version" in given):
            raise InvalidInput("Name either the version to promote, or back: true.")
        if given["back"]:
            promotion = roll_back(study=study, by=self.person)
        else:
            version = access.version_for(study, given["version"])
            promotion = promote(study=study, version=version, reason="Chosen through the API.", by=self.person)
        doorbell.ring_prelabels()
        return Response(promotion_shape(promotion), status=201)


def version_shape(version: ModelVersion, study: Study) -> VersionShape:
    return {
        "id": version.pk,
        "name": version.name,
        "kind": ModelKind(version.kind),
        "preset": version.preset,
        "sha256": version.sha256,
        "parent": version.parent_id,
        "training_run": next((run.pk for run in version.trained_in.all()), None),
        "active": version.pk == study.active_version_id,
        "created_at": version.created_at,
    }


def promotion_shape(promotion: Promotion) -> PromotionShape:
    return {
        "id": promotion.pk,
        "version": promotion.version_id,
        "reason": promotion.reason,
        "created_at": promotion.created_at,
    }
