"""Remarks for those who see to them."""

from datetime import datetime
from typing import TypedDict

from rest_framework.request import Request
from rest_framework.response import Response

from annotation.actions.remarks import handle_remark
from annotation.enums import RemarkKind, RemarkReason
from annotation.models import Membership, Remark, Study
from webapp import access
from webapp.api.filters import one_of
from webapp.api.paging import paginate
from webapp.api.schema import Page, describe
from webapp.api.views import Route


class RemarkFacts(TypedDict):
    """`annotator` is the pseudonym."""

    id: int
    region: int
    image: int
    annotator: str
    kind: RemarkKind
    reason: RemarkReason
    text: str
    created_at: datetime
    handled_at: datetime | None


class StudyRemarks(Route):
    paged = True
    filters = {"kind": one_of("kind", RemarkKind), "reason": one_of("reason", RemarkReason)}

    @describe("What annotators said about regions, newest first", Page(RemarkFacts), errors=(404,))
    def get(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.OVERSEERS)
        rows = Remark.objects.filter(study=study, **self.chosen).select_related("region")
        names = pseudonyms_in(study)
        return Response(paginate(request, rows, lambda row: remark_shape(row, names), newest_first=True))


class RemarkHandling(Route):
    @describe("I have seen to a remark", RemarkFacts, errors=(404,))
    def put(self, request: Request, pk: int) -> Response:
        remark = handle_remark(remark=access.remark_for(self.person, pk), by=self.person)
        return Response(remark_shape(remark, pseudonyms_in(remark.study)))


def pseudonyms_in(study: Study) -> dict[int, str]:
    return dict(Membership.objects.filter(study=study).values_list("user_id", "pseudonym"))


def remark_shape(row: Remark, names: dict[int, str]) -> RemarkFacts:
    return {
        "id": row.pk,
        "region": row.region_id,
        "image": row.region.image_id,
        "annotator": names.get(row.annotator_id, "somebody"),
        "kind": RemarkKind(row.kind),
        "reason": RemarkReason(row.reason),
        "text": row.text,
        "created_at": row.created_at,
        "handled_at": row.handled_at,
    }
