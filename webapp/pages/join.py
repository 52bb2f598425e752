"""The door for the invited: a new account, or one's own. Without a link there is no sign-up."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from annotation.actions.first_passwords import choose_first_password, newcomer_of
from annotation.actions.invitations import accept_invitation, check_usable, join_as_new
from annotation.errors import Conflict, DomainError
from annotation.models import Invitation, Membership, User
from webapp.access import invitation_by
from webapp.addresses import address_of
from webapp.api.throttling import seconds_to_wait
from webapp.pages.forms.people import FirstPasswordForm, JoinForm
from webapp.spoken import spoken

_TOO_MANY = gettext_noop("Too many attempts from here. Wait a minute, then try again.")
_UNKNOWN = gettext_noop("There is no such invitation; check that the link is whole.")


@sensitive_post_parameters("password", "again")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponseBase:
    """What a link opens: for the signed-in a button, for others an account or the way to sign in."""
    invitation = invitation_by(token)
    if (request.method == "POST" or invitation is None) and _too_often(request):
        return _closed(request, _TOO_MANY, 429)
    if invitation is None:
        return _closed(request, _UNKNOWN, 404)
    try:
        if request.user.is_authenticated:
            return _join_as(request.user, request, invitation, token)
        check_usable(invitation)
        return _join_as_new(request, invitation, token)
    except DomainError as error:
        return _closed(request, error.message, error.status)


def _join_as(user: User, request: HttpRequest, invitation: Invitation, token: str) -> HttpResponseBase:
    inside = Membership.objects.filter(study=invitation.study, user=user).first()
    if inside is not None and inside.active:
        return redirect("guidelines", invitation.study.slug)
    if request.method == "POST":
        return _go_in(request, accept_invitation(token=token, user=user))
    check_usable(invitation)
    return _page(request, invitation)


def _join_as_new(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponseBase:
    form = JoinForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, invitation, form)
    name, password = form.cleaned_data["username"], form.cleaned_data["password"]
    try:
        user = join_as_new(token=token, username=name, password=password)
    except Conflict as error:
        if error.code != "name_taken":
            raise
        form.add_error("username", spoken(error.message))
        return _page(request, invitation, form)
    _enter(request, user)
    return _go_in(request, Membership.objects.select_related("study").get(study=invitation.study, user=user))


def _go_in(request: HttpRequest, membership: Membership) -> HttpResponseBase:
    words = _("You are in the study {name}. These are its guidelines; read them, then begin.")
    messages.success(request, words.format(name=membership.study.name))
    return redirect("guidelines", membership.study.slug)


@sensitive_post_parameters("password", "again")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponseBase:
    """The first password of an account that a manager made from a file."""
    if request.method == "POST" and _too_often(request):
        return _closed(request, _TOO_MANY, 429)
    try:
        newcomer = newcomer_of(token)
        form = FirstPasswordForm(request.POST if request.method == "POST" else None, user=newcomer)
        if form.is_valid():
            _enter(request, choose_first_password(token=token, password=form.cleaned_data["password"]))
            return redirect("studies")
    except DomainError as error:
        return _closed(request, _TOO_MANY, 429) if _too_often(request) else _closed(request, error.message, 404)
    inside = Membership.objects.filter(user=newcomer, active=True).select_related("study").order_by("study__name")
    context = {"form": form, "newcomer": newcomer, "studies": [one.study for one in inside]}
    return render(request, "pages/welcome.html", context, status=400 if form.errors else 200)


def _enter(request: HttpRequest, user: User) -> None:
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")


def _too_often(request: HttpRequest) -> bool:
    """Counted for each address: nobody tries many tokens or makes many accounts."""
    return seconds_to_wait("stranger", address_of(cast(Any, request))) is not None


def _closed(request: HttpRequest, message: str, status: int) -> HttpResponse:
    context = {"heading": _("This link opens nothing"), "message": spoken(message)}
    return render(request, "pages/closed_link.html", context, status=status)


def _page(request: HttpRequest, invitation: Invitation, form: JoinForm | None = None) -> HttpResponse:
    context = {"invitation": invitation, "study": invitation.study, "form": form}
    return render(request, "pages/join.html", context, status=400 if form and form.errors else 200)
