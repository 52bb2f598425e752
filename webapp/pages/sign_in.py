"""Signing in and out."""

from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from annotation.models import User
from webapp.pages.throttle import TOO_MANY, may_try

_WRONG = gettext_noop("That name and password do not belong together. Check both and try again.")
_NOBODY = gettext_noop("Nobody has an account here yet. Make the first one on the server: manage.py createsuperuser")


@sensitive_post_parameters("password")
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    then = safe_next(request)
    if request.user.is_authenticated:
        return redirect(then)
    if request.method != "POST":
        return _form(request, then)
    if not may_try(request, request.POST.get("username", "")):
        return _form(request, then, TOO_MANY, 429)
    form = AuthenticationForm(request, data=request.POST)
    if not form.is_valid():
        return _form(request, then, _WRONG if User.objects.exists() else _NOBODY, 400)
    _enter(request, form)
    return redirect(then)


def _enter(request: HttpRequest, form: AuthenticationForm) -> None:
    user = form.get_user()
    if user.last_login is None:
        messages.info(
            request, _("Welcome. If somebody gave you your password, choose your own under your name, top right.")
        )
    login(request, user)


def _form(request: HttpRequest, then: str, problem: str = "", status: int = 200) -> HttpResponse:
    context = {"next": then, "problem": problem, "username": request.POST.get("username", "")}
    return render(request, "pages/sign_in.html", context, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.info(request, _("You are signed out."))
    return redirect("sign-in")


def safe_next(request: HttpRequest, fallback: str = "studies") -> str:
    """Where to go on: a path on this host, never another one."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return resolve_url(fallback)


def admin_sign_in(request: HttpRequest) -> HttpResponseBase:
    """The admin's door is ours, so that it is throttled too."""
    if request.user.is_authenticated:
        return render(request, "403.html", status=403)
    return redirect(f"{reverse('sign-in')}?next={reverse('admin:index')}")
