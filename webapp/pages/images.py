"""The images of a study as a grid of thumbnails, with filters."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_noop

from annotation.enums import JobStatus, RegionStatus, Split
from annotation.models import Image, Import, Region, Study
from webapp.access import OVERSEERS
from webapp.pages.imports import newest_imports
from webapp.pages.page import Request, member, page

PER_PAGE = 48
STATES = {
    "": gettext_noop("Any state"),
    "waiting": gettext_noop("Waiting for proposals"),
    "undecided": gettext_noop("With undecided proposals"),
    "empty": gettext_noop("Without accepted regions"),
    "failed": gettext_noop("Proposals failed"),
}


@dataclass(frozen=True, slots=True)
class Tile:
    image: Image
    accepted: int
    candidates: int


@page("GET")
def images(request: Request, slug: str) -> HttpResponse:
    membership = member(request, slug, OVERSEERS)
    found = Paginator(filtered(membership.study, request), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "membership": membership,
        "study": membership.study,
        "tab": "images",
        "tiles": tiles_of(list(found.object_list)),
        "page": found,
        "filter": {name: request.GET.get(name, "") for name in ("name", "split", "state")},
        "query": _query_without_page(request),
        "splits": Split.choices,
        "states": STATES.items(),
        "imports": _latest_imports(membership.study),
    }
    return render(request, "pages/images.html", context)


def filtered(study: Study, request: Request) -> QuerySet[Image]:
    rows = Image.objects.filter(study=study).order_by("name", "pk")
    name, split, state = (request.GET.get(key, "").replace("\0", "") for key in ("name", "split", "state"))
    if name:
        rows = rows.filter(name__icontains=name)
    if split in Split.values:
        rows = rows.filter(split=split)
    regions = Region.objects.filter(image=OuterRef("pk"))
    states = {
        "waiting": Q(proposed_at=None, proposal_error=""),
        "failed": ~Q(proposal_error=""),
        "undecided": Exists(regions.filter(status=RegionStatus.CANDIDATE)),
        "empty": ~Exists(regions.filter(status=RegionStatus.ACCEPTED)),
    }
    return rows.filter(states[state]) if state in states else rows


def tiles_of(shown: Sequence[Image]) -> list[Tile]:
    """Two queries for a page of images."""
    by_image = Region.objects.filter(image__in=[image.pk for image in shown]).values("image")
    counts = {
        row["image"]: (row["accepted"], row["candidates"])
        for row in by_image.annotate(
            accepted=Count("pk", Q(status=RegionStatus.ACCEPTED)),
            candidates=Count("pk", Q(status=RegionStatus.CANDIDATE)),
        )
    }
    return [Tile(image, *counts.get(image.pk, (0, 0))) for image in shown]


def _query_without_page(request: Request) -> str:
    return urlencode([(key, value) for key, value in request.GET.items() if key != "page"])


def _latest_imports(study: Study) -> list[Import]:
    """What is under way, else the last one."""
    rows = list(newest_imports(study)[:5])
    under_way = [row for row in rows if row.status in {JobStatus.QUEUED, JobStatus.RUNNING}]
    return under_way or rows[:1]
