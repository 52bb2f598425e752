"""How a study is run: the protocol's settings, or none."""

from copy import copy

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from annotation.actions.protocols import drop_protocol, set_protocol
from annotation.models import Protocol, Study
from annotation.queries.exams import short_exam
from webapp.access import MANAGERS
from webapp.pages.forms.protocol import ProtocolForm
from webapp.pages.page import Request, act, member, page


@page("GET", "POST")
def protocol(request: Request, slug: str) -> HttpResponseBase:
    membership = member(request, slug, MANAGERS)
    form = form_for(membership.study, request)
    if save_protocol(membership.study, request, form):
        messages.success(request, _("The protocol is saved. It holds from the next region on."))
        return redirect("protocol", slug)
    context = {
        "form": form,
        "short": short_exam(membership.study),
        "has_protocol": Protocol.objects.filter(study=membership.study).exists(),
        "membership": membership,
        "study": membership.study,
        "tab": "settings",
        "part": "protocol",
    }
    return render(request, "pages/protocol.html", context, status=400 if form.errors else 200)


@page("POST")
def no_protocol(request: Request, slug: str) -> HttpResponseBase:
    study = member(request, slug, MANAGERS).study
    done = _("The study has no protocol now: no checks, no breaks, no exam.")
    return act(request, lambda: drop_protocol(study=study, by=request.user), done, "protocol", slug)


def form_for(study: Study, request: Request) -> ProtocolForm:
    """With what holds now, or the defaults."""
    found = Protocol.objects.filter(study=study).first() or Protocol(study=study)
    found.study = study
    return ProtocolForm(request.POST if request.method == "POST" else None, instance=copy(found))


def save_protocol(study: Study, request: Request, form: ProtocolForm) -> bool:
    if request.method != "POST" or not form.is_valid():
        return False
    set_protocol(study=study, settings=form.cleaned_data, by=request.user)
    return True
