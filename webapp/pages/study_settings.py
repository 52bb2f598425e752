"""A study's settings. What changes labels or seats goes through its own action."""

from copy import copy

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponseBase
from django.shortcuts import redirect, render

from annotation.actions.studies import reweigh
from webapp.access import MANAGERS
from webapp.pages.forms.studies import SettingsForm
from webapp.pages.page import Request, member, page

_RULES_OF_LABELS = {"votes_wanted", "severity_votes", "severity_top"}


@page("GET", "POST")
def settings(request: Request, slug: str) -> HttpResponseBase:
    membership = member(request, slug, MANAGERS)
    form = SettingsForm(request.POST or None, instance=copy(membership.study))
    if request.method == "POST" and form.is_valid():
        save(form)
        messages.success(request, "The settings are saved.")
        return redirect("settings", slug)
    context = {"form": form, "membership": membership, "study": membership.study, "tab": "settings"}
    return render(request, "pages/settings.html", context, status=400 if form.errors else 200)


def save(form: SettingsForm) -> None:
    """Where a rule of labels changed, every label is looked at again in the same transaction."""
    with transaction.atomic():
        study = form.save()
        if _RULES_OF_LABELS & set(form.changed_data):
            reweigh(study=study, votes_wanted=study.votes_wanted)
