"""The viewing check: the page with its pictures. What was seen goes to the API."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie

from annotation.actions.viewing import new_challenge, protocol_for, read_challenge
from annotation.models import ViewingCheck
from annotation.viewing_challenge import CELLS, COLUMNS, Plate
from webapp.access import RATERS
from webapp.pages.page import Request, member, page
from webapp.viewing_pictures import PARTS, draw

_MATRICES = ("dark", "light")


@ensure_csrf_cookie
@page("GET")
def viewing(request: Request, slug: str) -> HttpResponse:
    membership = member(request, slug, RATERS)
    study = membership.study
    own = ViewingCheck.objects.filter(study=study, annotator=request.user)
    context = {
        "membership": membership,
        "study": study,
        "tab": "rate",
        "protocol": protocol_for(study),
        "challenge": new_challenge(study, request.user),
        "matrices": _MATRICES,
        "cells": [(cell, cell // COLUMNS + 1, cell % COLUMNS + 1) for cell in range(CELLS)],
        "plates": list(enumerate(Plate, start=1)),
        "measured": own.exclude(pixel_pitch_um=None).order_by("-created_at").first(),
    }
    return render(request, "pages/viewing.html", context)


@page("GET")
def viewing_picture(request: Request, slug: str, part: str) -> HttpResponse:
    """A matrix or a plate of a challenge."""
    study = member(request, slug, RATERS).study
    challenge = read_challenge(request.GET.get("challenge", ""), study, request.user)
    if part not in PARTS:
        raise Http404
    response = HttpResponse(draw(challenge, part), content_type="image/png")
    response["Cache-Control"] = "private, no-store, no-transform"
    response["X-Content-Type-Options"] = "nosniff"
    return response
