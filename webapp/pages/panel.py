"""The annotators: what speaks against their votes, and a person's decision about them."""

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from annotation.actions.exclusions import exclude, lift
from annotation.errors import DomainError
from annotation.exchange.report.annotators_page import Listed, annotators_page, person_page
from annotation.models import Exclusion, Membership
from annotation.queries.annotators import Annotator, annotators_of, exclusions_of
from annotation.queries.second_opinions import habits_of
from webapp.access import MANAGERS, OVERSEERS
from webapp.naming import names_in
from webapp.pages.page import Request, act, member, page
from webapp.pages.undo import excluding, say_with_undo
from webapp.spoken import spoken


@page("GET")
def panel(request: Request, slug: str) -> HttpResponse:
    membership = member(request, slug, OVERSEERS)
    study, names = membership.study, names_in(membership.study, membership.user_id)
    context = {
        "membership": membership,
        "study": study,
        "tab": "labels",
        "part": "panel",
        "exclusions": [(names[one.annotator_id], one) for one in exclusions_of(study)],
        **annotators_page(_listed(annotators_of(study), names, slug)),
    }
    return render(request, "pages/panel.html", context)


@page("GET")
def panel_person(request: Request, slug: str, pk: int) -> HttpResponse:
    membership = member(request, slug, OVERSEERS)
    study = membership.study
    other = get_object_or_404(Membership.objects.select_related("user"), pk=pk, study=study)
    names = names_in(study, membership.user_id)
    people = _listed(annotators_of(study), names, slug)
    found = next((one for one in people if one.name == names[other.user_id]), None)
    context = {
        "membership": membership,
        "study": study,
        "tab": "labels",
        "part": "panel",
        "other": other,
        "who": names[other.user_id],
        "habits": habits_of(study, other.pseudonym) if found else [],
        "exclusion": Exclusion.objects.filter(study=study, annotator=other.user, lifted_at=None).first(),
        "past": [one for one in exclusions_of(study) if one.annotator_id == other.user_id],
        **(person_page(found, people) if found else {}),
    }
    return render(request, "pages/panel_person.html", context)


@page("POST")
def exclude_person(request: Request, slug: str, pk: int) -> HttpResponseBase:
    study = member(request, slug, MANAGERS).study
    other = get_object_or_404(Membership.objects.select_related("user"), pk=pk, study=study)
    reason = request.POST.get("reason", "")
    words = _("{user} is excluded; every label has followed.").format(user=other.user)
    try:
        ticket = excluding(other, lambda: exclude(study=study, annotator=other.user, by=request.user, reason=reason))
        say_with_undo(request, study, words, ticket)
    except DomainError as error:
        messages.error(request, spoken(error.message))
    return redirect("panel-person", slug, pk)


@page("POST")
def lift_exclusion(request: Request, slug: str, pk: int) -> HttpResponseBase:
    """`pk` is the member's."""
    study = member(request, slug, MANAGERS).study
    other = get_object_or_404(Membership.objects.select_related("user"), pk=pk, study=study)
    standing = get_object_or_404(Exclusion, study=study, annotator=other.user, lifted_at=None)
    reason = request.POST.get("reason", "")
    return act(
        request,
        lambda: lift(exclusion=standing, by=request.user, reason=reason),
        _("The votes of {user} count again.").format(user=other.user),
        "panel-person",
        slug,
        pk,
    )


def _listed(people: Sequence[Annotator], names: Mapping[int, str], slug: str) -> list[Listed]:
    return [
        Listed(
            name=names[one.membership.user_id],
            code=one.membership.pseudonym if names[one.membership.user_id] != one.membership.pseudonym else "",
            link=reverse("panel-person", args=[slug, one.membership.pk]),
            votes=one.votes,
            seen=one.seen,
            excluded=one.exclusion is not None,
        )
        for one in people
    ]
