"""What people decide about votes and labels: exclusions of annotators, adjudications of regions, and taking them back."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypedDict

from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.actions.adjudications import adjudicate, withdraw
from annotation.actions.exclusions import exclude, lift
from annotation.models import Adjudication, Exclusion, Region
from annotation.opinion import SCALES, TOP_LEVEL
from annotation.queries.disputes import decisions
from webapp import access
from webapp.api.paging import paginate
from webapp.api.parsing import parse
from webapp.api.schema import Page, describe
from webapp.api.views import Route
from webapp.naming import names_in


class Reason(serializers.Serializer[Exclusion]):
    """A part of the published record."""

    reason = serializers.CharField(max_length=500)


class NewExclusion(serializers.Serializer[Exclusion]):
    """`member` is the number of the person's membership."""

    member = serializers.IntegerField(min_value=1)
    reason = serializers.CharField(max_length=500)


class Levels(serializers.Serializer[Adjudication]):
    """The scales to decide; those left out stay as the votes say. Level 5 of a distortion is "without"."""

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        return {
            scale: serializers.IntegerField(min_value=0, max_value=TOP_LEVEL[scale], required=False) for scale in SCALES
        }


class NewAdjudication(serializers.Serializer[Adjudication]):
    region = serializers.IntegerField(min_value=1)
    levels = Levels()
    reason = serializers.CharField(max_length=500)


class ExclusionShape(TypedDict):
    """`annotator` is the user name, for reviewers the pseudonym."""

    id: int
    annotator: str
    reason: str
    created_at: datetime
    lifted_at: datetime | None
    lifted_reason: str


class AdjudicationShape(TypedDict):
    id: int
    region: int
    levels: dict[str, int | None]
    reason: str
    created_at: datetime
    withdrawn_at: datetime | None


class Exclusions(Route):
    paged = True

    @describe("Who is or was excluded, newest first", Page(ExclusionShape), errors=(404,))
    def get(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.OVERSEERS)
        names = names_in(study, self.person.pk)
        rows = Exclusion.objects.filter(study=study)
        return Response(paginate(request, rows, lambda row: exclusion_shape(row, names), newest_first=True))

    @describe(
        "Exclude an annotator; every label follows", ExclusionShape, status=201, body=NewExclusion, errors=(404, 409)
    )
    def post(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.MANAGERS)
        given = parse(NewExclusion, request)
        annotator = access.member_of(study, given["member"]).user
        made = exclude(study=study, annotator=annotator, by=self.person, reason=given["reason"])
        return Response(exclusion_shape(made, names_in(study, self.person.pk)), status=201)


class ExclusionLifting(Route):
    @describe("Let the votes count again", ExclusionShape, body=Reason, errors=(404, 409))
    def post(self, request: Request, slug: str, pk: int) -> Response:
        study = access.study_for(self.person, slug, access.MANAGERS)
        standing = Exclusion.objects.filter(study=study, pk=pk).first()
        if standing is None:
            raise Http404("There is no such exclusion in this study.")
        lifted = lift(exclusion=standing, by=self.person, **parse(Reason, request))
        return Response(exclusion_shape(lifted, names_in(study, self.person.pk)))


class Adjudications(Route):
    paged = True

    @describe("Reviewers' decisions, newest first", Page(AdjudicationShape), errors=(404,))
    def get(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.OVERSEERS)
        return Response(paginate(request, decisions(study), adjudication_shape, newest_first=True))

    @describe("Decide a label", AdjudicationShape, status=201, body=NewAdjudication, errors=(404, 409))
    def post(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.OVERSEERS)
        given = parse(NewAdjudication, request)
        region = Region.objects.filter(study=study, pk=given["region"]).first()
        if region is None:
            raise Http404("There is no such region in this study.")
        made = adjudicate(region=region, by=self.person, levels=given["levels"], reason=given["reason"])
        return Response(adjudication_shape(made), status=201)


class AdjudicationWithdrawal(Route):
    @describe("Withdraw a decision; the votes decide again", AdjudicationShape, errors=(404, 409))
    def post(self, request: Request, slug: str, pk: int) -> Response:
        study = access.study_for(self.person, slug, access.OVERSEERS)
        made = Adjudication.objects.filter(study=study, pk=pk).first()
        if made is None:
            raise Http404("There is no such decision in this study.")
        return Response(adjudication_shape(withdraw(adjudication=made, by=self.person)))


def exclusion_shape(row: Exclusion, names: Mapping[int, str]) -> ExclusionShape:
    return {
        "id": row.pk,
        "annotator": names[row.annotator_id],
        "reason": row.reason,
        "created_at": row.created_at,
        "lifted_at": row.lifted_at,
        "lifted_reason": row.lifted_reason,
    }


def adjudication_shape(row: Adjudication) -> AdjudicationShape:
    return {
        "id": row.pk,
        "region": row.region_id,
        "levels": row.levels(),
        "reason": row.reason,
        "created_at": row.created_at,
        "withdrawn_at": row.withdrawn_at,
    }
