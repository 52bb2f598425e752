"""Snapshots of a study: what was exported, by hash."""

from datetime import datetime
from typing import TypedDict

from rest_framework.request import Request
from rest_framework.response import Response

from annotation.models import Snapshot
from webapp import access
from webapp.api.paging import paginate
from webapp.api.schema import Page, describe
from webapp.api.views import Route


class SnapshotShape(TypedDict):
    id: int
    sha256: str
    rule: str
    images: int
    regions: int
    settled: int
    votes: int
    created_at: datetime


class Snapshots(Route):
    paged = True

    @describe("The study's snapshots, newest first", Page(SnapshotShape), errors=(404,))
    def get(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.OVERSEERS)
        return Response(paginate(request, Snapshot.objects.filter(study=study), snapshot_shape, newest_first=True))


def snapshot_shape(snapshot: Snapshot) -> SnapshotShape:
    return {
        "id": snapshot.pk,
        "sha256": snapshot.sha256,
        "rule": snapshot.rule,
        "images": snapshot.images,
        "regions": snapshot.regions,
        "settled": snapshot.settled,
        "votes": snapshot.votes,
        "created_at": snapshot.created_at,
    }
