"""The people of a study: adding, roles, removal, and new accounts with a first password."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache

from annotation.actions.accounts import add_new_member
from annotation.actions.members import MOST_VOTES
from annotation.actions.messages import LONGEST
from annotation.actions.studies import add_member, remove_member
from annotation.errors import DomainError
from annotation.exchange.people_csv import people_csv
from annotation.models import Membership, Study
from annotation.queries.finding_people import ORDERS, found_people, sought_people
from webapp.access import MANAGERS
from webapp.pages.finding import query_of
from webapp.pages.forms.members import AddMemberForm, NewPersonForm, RoleForm
from webapp.pages.page import Request, act, member, page
from webapp.pages.undo import deciding, say_with_undo
from webapp.spoken import spoken

PER_PAGE = 50
STATES = {
    "free": gettext_noop("Not paused"),
    "paused": gettext_noop("Paused"),
    "limited": gettext_noop("With a limit of votes"),
    "excluded": gettext_noop("Votes excluded"),
    "new": gettext_noop("Has never signed in"),
    "left": gettext_noop("Has left"),
}
SORTS = {
    "role": gettext_noop("Role"),
    "name": gettext_noop("Name"),
    "recent": gettext_noop("Came last"),
    "most": gettext_noop("Most votes"),
    "fewest": gettext_noop("Fewest votes"),
    "away": gettext_noop("Signed in longest ago"),
}


@never_cache
@page("GET")
def members(request: Request, slug: str) -> HttpResponse:
    return _page(request, member(request, slug, MANAGERS))


@page("GET")
def people_list(request: Request, slug: str) -> HttpResponse:
    """Those whom the filters leave, as a file."""
    study = member(request, slug, MANAGERS).study
    text = people_csv(found_people(study, sought_people(request.GET)))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{study.slug}-people.csv"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@page("POST")
def add_person(request: Request, slug: str) -> HttpResponseBase:
    """Somebody who has an account already."""
    membership = member(request, slug, MANAGERS)
    form = AddMemberForm(request.POST)
    if not form.is_valid():
        return _page(request, membership, add_form=form, status=400)
    user, role = form.cleaned_data["username"], form.cleaned_data["role"]
    return act(
        request,
        lambda: add_member(study=membership.study, user=user, role=role, by=request.user),
        _("{user} is in the study.").format(user=user),
        "members",
        slug,
    )


@never_cache
@page("POST")
def new_person(request: Request, slug: str) -> HttpResponseBase:
    """A new account. Its first password is shown on the answer to this request and nowhere else."""
    membership = member(request, slug, MANAGERS)
    form = NewPersonForm(request.POST)
    if not form.is_valid():
        return _page(request, membership, new_form=form, status=400)
    user, password = add_new_member(study=membership.study, **form.cleaned_data, by=request.user)
    return _page(request, membership, new_user=user, password=password)


@page("POST")
def change_role(request: Request, slug: str, pk: int) -> HttpResponseBase:
    study = member(request, slug, MANAGERS).study
    other = _other(study, pk)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("There is no such role."))
        return redirect("members", slug)
    role = form.cleaned_data["role"]
    return act(
        request,
        lambda: add_member(study=study, user=other.user, role=role, by=request.user),
        _("{user} is now {role}.").format(user=other.user, role=role),
        "members",
        slug,
    )


@page("POST")
def remove_person(request: Request, slug: str, pk: int) -> HttpResponseBase:
    other = _other(member(request, slug, MANAGERS).study, pk)

    def remove() -> str:
        remove_member(membership=other, by=request.user)
        return _("{user} is out of the study; what they said stays.").format(user=other.user)

    try:
        say_with_undo(request, other.study, *deciding(request, other.study, remove))
    except DomainError as error:
        messages.error(request, spoken(error.message))
    return redirect("members", slug)


def _other(study: Study, pk: int) -> Membership:
    return get_object_or_404(Membership.objects.select_related("user", "study"), pk=pk, study=study, active=True)


def _page(request: Request, membership: Membership, *, status: int = 200, **context: object) -> HttpResponse:
    sought = sought_people(request.GET)
    people = Paginator(found_people(membership.study, sought), PER_PAGE).get_page(request.GET.get("page"))
    defaults = {
        "membership": membership,
        "study": membership.study,
        "tab": "members",
        "part": "members",
        "page": people,
        "sought": sought,
        "query": query_of(sought),
        "states": STATES.items(),
        "sorts": [(name, SORTS[name]) for name in ORDERS],
        "add_form": AddMemberForm(),
        "new_form": NewPersonForm(),
        "most_votes": MOST_VOTES,
        "roles": RoleForm.base_fields["role"],
        "longest": LONGEST,
    }
    return render(request, "pages/members.html", defaults | context, status=status)
