"""The images of a study as a grid of thumbnails: found, chosen, decided together."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from annotation.actions.several_images import DiscardTally, accept_images, discard_images, propose_for_images
from annotation.enums import JobStatus, RegionStatus, Role, Split
from annotation.errors import DomainError, InvalidInput
from annotation.models import Image, Import, Region, Study
from annotation.queries.finding_images import ORDERS, SoughtImages, found_images, sought_images
from webapp.access import MANAGERS, OVERSEERS
from webapp.doorbell import ring_proposals
from webapp.pages.finding import query_of
from webapp.pages.imports import newest_imports
from webapp.pages.numbers import whole
from webapp.pages.page import Request, member, page
from webapp.pages.runs import unpacked
from webapp.pages.several_people import told
from webapp.pages.sign_in import safe_next
from webapp.pages.undo import Ticket, discarding, say_with_undo
from webapp.spoken import spoken

PER_PAGE = 48
STATES = {
    "": gettext_noop("Any state"),
    "waiting": gettext_noop("Waiting for proposals"),
    "undecided": gettext_noop("With undecided proposals"),
    "empty": gettext_noop("Without accepted regions"),
    "failed": gettext_noop("Proposals failed"),
}
SORTS = {
    "name": gettext_noop("Name"),
    "recent": gettext_noop("Came last"),
    "undecided": gettext_noop("Most undecided"),
}


@dataclass(frozen=True, slots=True)
class Tile:
    image: Image
    accepted: int
    candidates: int


@page("GET")
def images(request: Request, slug: str) -> HttpResponse:
    membership = member(request, slug, OVERSEERS)
    sought = sought_images(request.GET)
    found = Paginator(found_images(membership.study, sought), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "membership": membership,
        "study": membership.study,
        "tab": "images",
        "tiles": tiles_of(list(found.object_list)),
        "page": found,
        "sought": sought,
        "query": query_of(sought),
        "narrowed": sought != SoughtImages(order=sought.order),
        "splits": Split.choices,
        "states": STATES.items(),
        "sorts": [(name, SORTS[name]) for name in ORDERS],
        "imports": _latest_imports(membership.study),
        "may_decide": membership.role == Role.MANAGER,
    }
    return render(request, "pages/images.html", context)


@page("POST")
def decide_images(request: Request, slug: str) -> HttpResponseBase:
    """What is to be done with the chosen images; then back to where they were chosen."""
    study = member(request, slug, MANAGERS).study
    try:
        say_with_undo(request, study, *_decided(study, request))
    except DomainError as error:
        messages.error(request, spoken(error.message))
    ring_proposals()
    return redirect(safe_next(request, reverse("images", args=[slug])))


def _decided(study: Study, request: Request) -> tuple[str, Ticket | None]:
    ids = [pk for pk in map(whole, request.POST.getlist("image")) if pk is not None]
    words, ticket = discarding(request, study, {"image__in": ids}, lambda: _done(study, ids, request))
    regions = sum(len(list(unpacked(pks))) for pks in ticket["ids"].values()) if ticket else 0
    return (words + " " + _("Regions discarded: {regions}.").format(regions=regions) if regions else words), ticket


def _done(study: Study, ids: list[int], request: Request) -> str:
    verb = request.POST.get("verb")
    if verb == "accept":
        tally = accept_images(study=study, image_ids=ids, by=request.user)
        words = _("Images whose undecided regions are in the study now: {images}.")
    elif verb == "discard":
        gone = discard_images(study=study, image_ids=ids, by=request.user)
        return _why_left(told(_("Images taken out of the study: {images}.").format(images=gone.done), gone.left), gone)
    elif verb == "propose":
        tally = propose_for_images(study=study, image_ids=ids, by=request.user)
        words = _("Images for which regions are proposed again: {images}.")
    else:
        raise InvalidInput(_("Choose what is to be done with the images."))
    return told(words.format(images=tally.done), tally.left)


def _why_left(said: str, gone: DiscardTally) -> str:
    """And what one can do instead."""
    reasons = [
        (
            gone.voted,
            _(
                "With votes: {images}; what people said is kept. Exports name each label’s image, so it can be left out there."
            ),
        ),
        (gone.known, _("With a known answer: {images}; take that out of use first, under Guidelines.")),
        (gone.bare, _("Without any region: {images}; nobody is asked about them.")),
    ]
    return " ".join([said, *(words.format(images=images) for images, words in reasons if images)])


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


def _latest_imports(study: Study) -> list[Import]:
    """What is under way, else the last one."""
    rows = list(newest_imports(study)[:5])
    under_way = [row for row in rows if row.status in {JobStatus.QUEUED, JobStatus.RUNNING}]
    return under_way or rows[:1]
