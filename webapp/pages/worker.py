"""The rating page's service worker, at the root, because a worker reaches no higher than its own address."""

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

_SCRIPT = Path(__file__).resolve().parent.parent / "static" / "gullery" / "js" / "rate_worker.js"


@require_safe
def rate_worker(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(_SCRIPT.read_bytes(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response
