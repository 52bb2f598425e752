"""One person of a study for its manager: what they did, and what may be done about it."""

from typing import TypeVar

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from annotation.actions.first_passwords import new_first_token
from annotation.actions.members import limit_member, pause_member
from annotation.errors import DomainError
from annotation.models import Exam, Membership, Remark, Sitting, Study, ViewingCheck
from annotation.queries.board import people_of
from webapp.access import MANAGERS, member_of
from webapp.board_chart import strip
from webapp.pages.forms.people import LimitsForm, MessageForm
from webapp.pages.page import Request, act, member, page
from webapp.pages.sign_in import safe_next

LAST = 20
Row = TypeVar("Row", Sitting, ViewingCheck, Exam, Remark)


@never_cache
@page("GET")
def person(request: Request, slug: str, pk: int) -> HttpResponse:
    membership = member(request, slug, MANAGERS)
    return _page(request, membership, member_of(membership.study, pk))


@page("POST")
def pause_person(request: Request, slug: str, pk: int) -> HttpResponseBase:
    found = member_of(member(request, slug, MANAGERS).study, pk)
    paused = request.POST.get("paused") == "1"
    words = _("{user} gets no regions for now.") if paused else _("{user} gets regions again.")
    try:
        pause_member(membership=found, paused=paused, by=request.user)
        messages.success(request, words.format(user=found.user))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect(safe_next(request, reverse("person", args=[slug, pk])))


@never_cache
@page("POST")
def limit_person(request: Request, slug: str, pk: int) -> HttpResponseBase:
    membership = member(request, slug, MANAGERS)
    found = member_of(membership.study, pk)
    form = LimitsForm(request.POST)
    if not form.is_valid():
        return _page(request, membership, found, status=400, limits=form)
    return act(
        request,
        lambda: limit_member(membership=found, **form.cleaned_data, by=request.user),
        _("The limits of {user} are saved.").format(user=found.user),
        "person",
        slug,
        pk,
    )


@never_cache
@page("POST")
def first_link(request: Request, slug: str, pk: int) -> HttpResponseBase:
    """Another link for somebody who never chose a password; shown on this answer alone."""
    membership = member(request, slug, MANAGERS)
    found = member_of(membership.study, pk)
    try:
        token = new_first_token(membership=found, by=request.user)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("person", slug, pk)
    link = request.build_absolute_uri(reverse("welcome", args=[token]))
    return _page(request, membership, found, link=link)


def _page(
    request: Request, membership: Membership, of: Membership, *, status: int = 200, **others: object
) -> HttpResponse:
    study = membership.study
    row = next((one for one in people_of(study) if one.membership.pk == of.pk), None)
    sittings = list(_last(Sitting.objects.filter(study=study), of, "-number"))
    context = {
        "membership": membership,
        "study": study,
        "tab": "board",
        "other": of,
        "row": row,
        "strip": strip(row.days, max(row.days)) if row else [],
        "sittings": sittings,
        "most_votes": max((one.votes for one in sittings), default=0) or 1,
        "checks": _last(ViewingCheck.objects.filter(study=study), of, "-created_at"),
        "exams": _last(Exam.objects.filter(study=study), of, "-started_at"),
        "remarks": remarks_of(study, of),
        "limits": LimitsForm(initial={"votes_at_most": of.votes_at_most, "votes_per_day": of.votes_per_day}),
        "message": MessageForm(people=[(str(of.pk), of.user.get_username())], initial={"to": str(of.pk)}),
        "pending": not of.user.has_usable_password() and of.user.last_login is None,
    }
    return render(request, "pages/person.html", context | others, status=status)


def remarks_of(study: Study, of: Membership) -> QuerySet[Remark]:
    return _last(Remark.objects.filter(study=study).select_related("region__image"), of, "-created_at")


def _last(rows: QuerySet[Row], of: Membership, order: str) -> QuerySet[Row]:
    return rows.filter(annotator_id=of.user_id).order_by(order)[:LAST]
