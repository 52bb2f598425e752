"""A person's own account: password and personal tokens."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from annotation.actions import tokens
from annotation.models import User
from webapp.access import token_for, tokens_of
from webapp.pages.forms.account import TokenForm
from webapp.pages.keys import lines_of, person_keys
from webapp.pages.page import Request, page
from webapp.pages.throttle import TOO_MANY, may_try


@never_cache
@page("GET")
def account(request: Request) -> HttpResponse:
    return _page(request)


@sensitive_post_parameters()
@page("POST")
def change_password(request: Request) -> HttpResponseBase:
    if not may_try(request, request.user.get_username()):  # whoever has the session need not know the password
        messages.error(request, _(TOO_MANY))
        return _page(request, status=429)
    form = _password_form(request.user, request.POST)
    if not form.is_valid():
        return _page(request, password_form=form, status=400)
    form.save()
    update_session_auth_hash(request, request.user)
    messages.success(request, _("Your password is changed. Other devices are signed out."))
    return redirect("account")


@page("POST")
def create_token(request: Request) -> HttpResponseBase:
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, token_form=form, status=400)
    _row, text = tokens.make_token(user=request.user, **form.cleaned_data)
    return _page(request, new_token=text)


@page("POST")
def revoke_token(request: Request, pk: int) -> HttpResponseBase:
    token = token_for(request.user, pk)
    tokens.revoke_token(token=token)
    messages.success(request, _("The token “{name}” no longer works.").format(name=token.name))
    return redirect("account")


def _password_form(user: User, sent: QueryDict | None = None) -> PasswordChangeForm:
    """In the words of the form by which people join."""
    form = PasswordChangeForm(user, sent)
    form.fields["old_password"].widget.attrs.pop("autofocus", None)
    form.fields["new_password1"].help_text = _("At least ten characters that nobody would guess.")
    form.fields["new_password2"].label = _("The password again")
    form.fields["new_password2"].help_text = ""
    return form


def _page(request: Request, *, status: int = 200, **context: object) -> HttpResponse:
    defaults = {
        "password_form": _password_form(request.user),
        "token_form": TokenForm(),
        "tokens": tokens_of(request.user).order_by("-created_at", "-pk"),
        "keys": lines_of(person_keys(request.user)),
        "now": timezone.now(),
    }
    return render(request, "pages/account.html", defaults | context, status=status)
