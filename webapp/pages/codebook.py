"""The guidelines: read by everybody, written and published by managers."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from annotation.actions.codebooks import LONGEST, publish_codebook
from annotation.errors import DomainError
from annotation.models import Membership
from annotation.queries.codebooks import edition_in_force, editions_of
from webapp.access import MANAGERS
from webapp.pages.numbers import whole
from webapp.pages.page import Request, member, page


@page("GET")
def guidelines(request: Request, slug: str) -> HttpResponse:
    membership = member(request, slug)
    editions = editions_of(membership.study)
    context = {"edition": editions[0], "editions": editions, "unwritten": not editions[0].text}
    return render(request, "pages/guidelines.html", _frame(membership) | context)


@page("GET")
def earlier_guidelines(request: Request, slug: str, number: int) -> HttpResponse:
    membership = member(request, slug, MANAGERS)
    found = [one for one in editions_of(membership.study) if one.number == number]
    if not found:
        raise Http404("No guidelines were published under this number.")
    return render(request, "pages/guidelines.html", _frame(membership) | {"edition": found[0], "editions": []})


@page("GET", "POST")
def edit_guidelines(request: Request, slug: str) -> HttpResponseBase:
    """The draft is kept by the browser until it is published; `preview` shows it as it will look."""
    membership = member(request, slug, MANAGERS)
    text = request.POST.get("guidelines", membership.study.guidelines)
    how, problem = request.POST.get("how", ""), ""
    if request.method == "POST" and how in {"correction", "version"}:
        try:
            return _publish(request, membership, text, correction=how == "correction")
        except DomainError as error:
            problem = error.message
    elif request.method == "POST" and how != "preview":
        problem = _("Say whether it is a small correction or a new version.")
    frame = _frame(membership) | {"text": text, "longest": LONGEST, "problem": problem, "preview": how == "preview"}
    frame["edition"] = edition_in_force(membership.study)
    return render(request, "pages/edit_guidelines.html", frame, status=400 if problem else 200)


def _publish(request: Request, membership: Membership, text: str, *, correction: bool) -> HttpResponseBase:
    number = whole(request.POST.get("number", "")) or 0
    now = publish_codebook(
        study=membership.study, guidelines=text, by=request.user, correction=correction, number=number
    )
    done = (
        _("The correction is in force.")
        if correction
        else _("Number {number} is in force. Who rates is told to read it.").format(number=now)
    )
    messages.success(request, done)
    return redirect("guidelines", membership.study.slug)


def _frame(membership: Membership) -> dict[str, object]:
    return {"membership": membership, "study": membership.study, "tab": "guidelines", "part": "guidelines"}
