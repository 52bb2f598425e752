"""My studies, and a new one for staff."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.actions.likeness import create_like
from annotation.actions.studies import create_study
from annotation.enums import Purpose, Role, StudyStatus
from annotation.errors import Conflict, Forbidden
from annotation.models import Assignment, Membership, Study, User, Vote
from annotation.queries.messages import unread_by
from webapp.access import MANAGERS, OVERSEERS, studies_for
from webapp.pages.forms.studies import NewStudyForm
from webapp.pages.page import Request, page


@dataclass(frozen=True, slots=True)
class Card:
    """A study as one person sees it in the list."""

    membership: Membership
    votes: int
    today: int
    open_seats: bool
    begun: bool

    @property
    def rates(self) -> bool:
        return self.membership.role in {Role.ANNOTATOR, Role.MANAGER}

    @property
    def oversees(self) -> bool:
        return self.membership.role in OVERSEERS

    @property
    def tells_own(self) -> bool:
        """A manager who has never rated has no use for two noughts."""
        return self.rates and (self.votes > 0 or not self.oversees)

    @property
    def can_rate(self) -> bool:
        return self.rates and self.open_seats and self.membership.study.status == StudyStatus.OPEN


@page("GET")
def studies(request: Request) -> HttpResponse:
    cards = cards_of(request.user)
    oversees = any(card.oversees for card in cards)
    context = {"cards": cards, "oversees": oversees, "notices": unread_by(request.user)}
    return render(request, "pages/studies.html", context)


def cards_of(user: User) -> list[Card]:
    """Two queries, however many studies; closed ones stand last."""
    seats = Assignment.objects.filter(study=OuterRef("study"))
    memberships = (
        Membership.objects.filter(user=user, active=True)
        .select_related("study")
        .annotate(open_seats=Exists(seats.open()), begun=Exists(seats.filter(purpose=Purpose.LABEL)))
        .alias(closed=Q(study__status=StudyStatus.CLOSED))
        .order_by("closed", "study__name", "study_id")
    )
    counts = _own_votes(user)
    return [Card(one, *counts.get(one.study_id, (0, 0)), one.open_seats, one.begun) for one in memberships]


def _own_votes(user: User) -> dict[int, tuple[int, int]]:
    day = timezone.now() - timedelta(days=1)
    mine = Vote.objects.filter(annotator=user, retracted_at=None).values("study")
    rows = mine.annotate(all=Count("pk"), today=Count("pk", Q(created_at__gte=day)))
    return {row["study"]: (row["all"], row["today"]) for row in rows}


@page("GET", "POST")
def new_study(request: Request) -> HttpResponseBase:
    if not request.user.is_staff:
        raise Forbidden(_("Only staff can begin a study; ask an administrator."))
    patterns = studies_for(request.user, MANAGERS)
    form = NewStudyForm(request.POST if request.method == "POST" else None, patterns=patterns)
    if request.method == "POST" and form.is_valid():
        try:
            study = _make(form, request.user)
        except Conflict as error:
            form.add_error("slug", error.message)
        else:
            return redirect("setup-images", study.slug)
    return render(
        request,
        "pages/new_study.html",
        {"form": form, "patterned": patterns.exists()},
        status=400 if form.errors else 200,
    )


def _make(form: NewStudyForm, by: User) -> Study:
    pattern = form.cleaned_data["like"]
    if pattern is None:
        return create_study(by=by, **form.said())
    return create_like(by=by, pattern=pattern, with_people=form.cleaned_data["with_people"], **form.said())
