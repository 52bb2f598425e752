"""The rating screen. Everything about votes goes through the API; this page only sets the table."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_noop
from django.views.decorators.csrf import ensure_csrf_cookie

from annotation.enums import RemarkReason
from annotation.keys import ACTIONS
from annotation.models import Protocol, Study, User
from annotation.opinion import TOP_LEVEL, WORDS
from annotation.orders import order_for, scales_in
from annotation.queries.progress import own_progress
from webapp.access import RATERS
from webapp.pages import keys
from webapp.pages.page import Request, member, page

_HINTS = {
    "exposure": gettext_noop("too dark, too bright"),
    "noise": gettext_noop("grain, specks"),
    "blur": gettext_noop("out of focus, moved"),
    "contrast": gettext_noop("flat, harsh"),
    "colorfulness": gettext_noop("pale, garish"),
    "compression": gettext_noop("blocks, rings"),
    "quality": gettext_noop("of this region, all in all"),
    "importance": gettext_noop("of this region in the picture"),
}


@ensure_csrf_cookie
@page("GET")
def rate(request: Request, slug: str) -> HttpResponse:
    study = member(request, slug, RATERS).study
    next_url = f"/api/v1/studies/{study.slug}/assignments"
    return render(request, "pages/rate.html", rating_context(study, request.user, "rate", next_url))


def rating_context(study: Study, person: User, mode: str, next_url: str) -> dict[str, object]:
    """What rate.html needs. `mode` is `rate`, `training` or `exam`; `next_url` is where the next seat is asked for."""
    protocol = Protocol.objects.filter(study=study).first()
    order = order_for(study.seed, person.pk) if protocol else 0
    return {
        "study": study,
        "protocol": protocol,
        "mode": mode,
        "next_url": next_url,
        "least_view_ms": protocol.least_view_ms if protocol else 0,
        "row_order": order,
        "rows": [_row(scale) for scale in scales_in(order)],
        "keys": keys.lines_of(keys.person_keys(person)),
        "actions": [{"name": action, "words": keys.words_for(action)} for action in ACTIONS],
        "reasons": RemarkReason.choices,
        "own": own_progress(study, person.pk),
    }


def _row(scale: str) -> dict[str, object]:
    words = list(enumerate(WORDS[scale]))
    return {"scale": scale, "top": TOP_LEVEL[scale], "hint": _HINTS[scale], "words": words}
