"""What every page begins with: a person who is signed in, a membership with the right role, refusals said politely."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlsplit, urlunsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from annotation.enums import Role
from annotation.errors import DomainError, Forbidden, Unavailable
from annotation.models import Image, Membership, User
from annotation.store_errors import StoreAwayError
from webapp.access import EVERYBODY, OVERSEERS, membership_for
from webapp.spoken import spoken

P = ParamSpec("P")


class Request(HttpRequest):
    """A request from somebody who is signed in."""

    user: User


View = Callable[Concatenate[Request, P], HttpResponseBase]
Route = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def page(*methods: str) -> Callable[[View[P]], Route[P]]:
    """A view for people who are signed in. A refusal of the domain becomes an error page with its status."""

    def decorate(view: View[P]) -> Route[P]:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            try:
                return view(cast(Request, request), *args, **kwargs)
            except DomainError as error:
                return refusal(request, error)
            except StoreAwayError:
                return refusal(request, Unavailable("The store of files is away; try again."))

        return cast(Route[P], require_http_methods(["HEAD", *methods])(wrapped))

    return decorate


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """For htmx the whole window goes there and comes back: a form would land in the part of the page that renews itself."""
    if not request.headers.get("HX-Request"):
        return redirect_to_login(request.get_full_path())
    door = redirect_to_login(_shown(request.headers.get("HX-Current-URL", "")))
    return HttpResponse(status=204, headers={"HX-Redirect": door.url})


def _shown(address: str) -> str:
    """Path and query of the page in the window."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    return urlunsplit(("", "", parts.path or "/", parts.query, ""))


def refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """JSON for our own scripts, a page for people."""
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"error": {"code": error.code, "message": spoken(error.message)}}, status=error.status)
    context = {
        "status": error.status,
        "heading": _(_HEADINGS.get(error.status, "That did not work")),
        "message": spoken(error.message),
    }
    return render(request, "pages/refusal.html", context, status=error.status)


_HEADINGS = {
    400: gettext_noop("That does not make sense"),
    403: gettext_noop("This is not for your role"),
    409: gettext_noop("Not in the present state"),
}


def member(request: Request, slug: str, roles: Iterable[Role] = EVERYBODY) -> Membership:
    """The person's membership with its study. Raises Http404 for outsiders, Forbidden for other roles."""
    membership = membership_for(request.user, slug)
    if membership.role not in set(roles):
        words = _(" or ").join(spoken(Role(role).label).lower() for role in sorted(roles))
        own = spoken(membership.get_role_display()).lower()
        raise Forbidden(_("This page is for the role {words}; yours is {own}.").format(words=words, own=own))
    return membership


def image_of(request: Request, slug: str, pk: int, roles: Iterable[Role] = OVERSEERS) -> Image:
    """An image of the study for somebody with one of the roles."""
    return get_object_or_404(Image.objects.select_related("study"), pk=pk, study=member(request, slug, roles).study)


def act(request: Request, action: Callable[[], object], done: str, then: str, *args: object) -> HttpResponseRedirect:
    """Does one thing, says how it went, and goes on to the page named `then`."""
    try:
        action()
        messages.success(request, done)
    except DomainError as error:
        messages.error(request, spoken(error.message))
    return redirect(then, *args)
