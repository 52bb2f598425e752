"""The rating screen and the guidelines. Everything about votes goes through the API; this page only sets the table."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie

from annotation.opinion import SCALES, TOP_LEVEL, WORDS
from annotation.queries.progress import own_progress
from webapp.access import RATERS
from webapp.pages.page import Request, member, page

_HINTS = {
    "exposure": "too dark, too bright",
    "noise": "grain, specks",
    "blur": "out of focus, moved",
    "contrast": "flat, harsh",
    "colorfulness": "pale, garish",
    "compression": "blocks, rings",
    "quality": "of this region, all in all",
    "importance": "of this region in the picture",
}


@ensure_csrf_cookie
@page("GET")
def rate(request: Request, slug: str) -> HttpResponse:
    study = member(request, slug, RATERS).study
    rows = [
        {"scale": scale, "top": TOP_LEVEL[scale], "hint": _HINTS[scale], "words": list(enumerate(WORDS[scale]))}
        for scale in SCALES
    ]
    context = {"study": study, "rows": rows, "own": own_progress(study, request.user.pk)}
    return render(request, "pages/rate.html", context)


@page("GET")
def guidelines(request: Request, slug: str) -> HttpResponse:
    membership = member(request, slug)
    return render(
        request, "pages/guidelines.html", {"membership": membership, "study": membership.study, "tab": "guidelines"}
    )
