"""Light, dark or as the system has it: a cookie, so that the first byte of a page is in the right colours."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.http import require_POST

from webapp.pages.sign_in import safe_next

COOKIE = "theme"
THEMES = ("system", "light", "dark")


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    theme = request.POST.get("theme", "")
    response = redirect(safe_next(request))
    if theme in THEMES:
        response.set_cookie(
            COOKIE, theme, max_age=365 * 24 * 3600, httponly=True, samesite="Lax", secure=request.is_secure()
        )
    return response


def favicon(request: HttpRequest) -> HttpResponse:
    """For pages that are not ours, like the admin's: browsers ask here by themselves."""
    return redirect(static("gullery/gull.svg"))
