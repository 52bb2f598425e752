"""The examples of every level, as a grid; managers replace those that do not fit."""

from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from annotation.actions.anchors import MOST_BYTES, note_anchor, put_anchor, standing_anchors
from annotation.anchor_notes import NOTES, SLOTS
from annotation.errors import InvalidInput
from annotation.models import Anchor, Protocol
from annotation.scales import SCALES, WORDS
from webapp.access import MANAGERS
from webapp.pages.page import Request, act, member, page


@dataclass(frozen=True, slots=True)
class Place:
    """One level of a scale, with or without its example."""

    level: int
    word: str
    first_note: str
    anchor: Anchor | None


@dataclass(frozen=True, slots=True)
class Row:
    """The levels of one scale; `pictured` is false as long as it has no example at all."""

    scale: str
    places: list[Place]
    pictured: bool


@page("GET")
def anchors(request: Request, slug: str) -> HttpResponse:
    membership = member(request, slug)
    there = {(row.scale, row.level): row for row in standing_anchors(membership.study)}
    context = {
        "membership": membership,
        "study": membership.study,
        "tab": "guidelines",
        "part": "anchors",
        "rows": [_row(scale, there) for scale in SCALES],
        "missing": len(SLOTS) - len(there),
        "none": not there,
        "made_soon": Protocol.objects.filter(study=membership.study).exists(),
    }
    return render(request, "pages/anchors.html", context)


def _row(scale: str, there: dict[tuple[str, int], Anchor]) -> Row:
    places = [
        Place(level, word, NOTES[scale][level], there.get((scale, level))) for level, word in enumerate(WORDS[scale])
    ]
    return Row(scale, places, any(place.anchor for place in places))


@page("POST")
def replace_anchor(request: Request, slug: str, scale: str, level: int) -> HttpResponseBase:
    """With a file another picture; without one, other words beside the picture that is there."""
    study = member(request, slug, MANAGERS).study
    file, note = request.FILES.get("file"), request.POST.get("note", "")

    def put() -> None:
        if file is None:
            note_anchor(anchor=_there(study.pk, scale, level), note=note, by=request.user)
            return
        if (file.size or 0) > MOST_BYTES:
            raise InvalidInput(
                _("The picture has more than {most} MiB.").format(most=MOST_BYTES // 2**20), code="too_large"
            )
        name, data = file.name or "picture", file.read()
        put_anchor(study=study, scale=scale, level=level, name=name, data=data, by=request.user, note=note)

    return act(request, put, _("The example is in its place."), "anchors", slug)


def _there(study: int, scale: str, level: int) -> Anchor:
    found = Anchor.objects.filter(study=study, scale=scale, level=level, replaced_at=None).first()
    if found is None:
        raise InvalidInput(_("There is no example here yet; choose a picture."))
    return found
