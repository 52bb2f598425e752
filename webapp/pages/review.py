"""Deciding on the regions of one image: the page itself and its place among the others."""

from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from annotation.actions.proposals import retry_proposal
from annotation.enums import RegionStatus
from annotation.models import Image, Region
from webapp.access import MANAGERS, OVERSEERS
from webapp.doorbell import ring_proposals
from webapp.pages.page import Request, act, image_of, member, page

_ORDER = {RegionStatus.ACCEPTED: 0, RegionStatus.CANDIDATE: 1, RegionStatus.DISCARDED: 2}


@page("GET")
def review(request: Request, slug: str, pk: int) -> HttpResponse:
    membership = member(request, slug, OVERSEERS)
    image = get_object_or_404(Image, pk=pk, study=membership.study)
    context = {
        "membership": membership,
        "study": membership.study,
        "tab": "images",
        "image": image,
        "regions": regions_of(image),
        "before": _neighbour(image, forward=False),
        "after": _neighbour(image, forward=True),
    }
    return render(request, "pages/review.html", context)


def regions_of(image: Image) -> list[dict[str, object]]:
    """What the page's script needs, accepted ones first, then by the proposer's confidence."""
    rows = sorted(
        Region.objects.filter(image=image), key=lambda row: (_ORDER[RegionStatus(row.status)], -row.score, row.pk)
    )
    return [shape(row) for row in rows]


def shape(region: Region) -> dict[str, object]:
    return {
        "id": region.pk,
        "status": region.status,
        "level": region.level,
        "source": region.source,
        "area": region.area,
        "box": [region.x, region.y, region.width, region.height],
        "rle": region.rle,
    }


@page("POST")
def propose_again(request: Request, slug: str, pk: int) -> HttpResponseBase:
    image = image_of(request, slug, pk, MANAGERS)
    done = _("A worker will try again.")
    answer = act(request, lambda: retry_proposal(image=image, by=request.user), done, "review", slug, pk)
    ring_proposals()
    return answer


@page("GET")
def first_undecided(request: Request, slug: str) -> HttpResponseBase:
    """Straight to the first image that has something to decide."""
    study = member(request, slug, OVERSEERS).study
    region = (
        Region.objects.filter(study=study, status=RegionStatus.CANDIDATE)
        .order_by("image__sort_name", "image_id")
        .first()
    )
    return redirect("review", slug, region.image_id) if region else redirect("images", slug)


def _neighbour(image: Image, *, forward: bool) -> int | None:
    """The image before or after in the order of the grid: by name with its numbers as numbers, then by id."""
    rows, name = Image.objects.filter(study=image.study_id), image.sort_name
    if forward:
        beyond = rows.filter(Q(sort_name__gt=name) | Q(sort_name=name, pk__gt=image.pk)).order_by("sort_name", "pk")
    else:
        beyond = rows.filter(Q(sort_name__lt=name) | Q(sort_name=name, pk__lt=image.pk)).order_by("-sort_name", "-pk")
    return beyond.values_list("pk", flat=True).first()
