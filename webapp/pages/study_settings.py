"""A study's settings."""

from copy import copy

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from annotation.actions.settings import change_settings
from webapp.access import MANAGERS
from webapp.pages.forms.studies import SettingsForm
from webapp.pages.page import Request, member, page


@page("GET", "POST")
def settings(request: Request, slug: str) -> HttpResponseBase:
    membership = member(request, slug, MANAGERS)
    form = SettingsForm(request.POST if request.method == "POST" else None, instance=copy(membership.study))
    if request.method == "POST" and form.is_valid():
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        change_settings(study=membership.study, changes=changes, by=request.user)
        messages.success(request, _("The settings are saved."))
        return redirect("settings", slug)
    context = {"form": form, "membership": membership, "study": membership.study, "tab": "settings", "part": "study"}
    return render(request, "pages/settings.html", context, status=400 if form.errors else 200)
