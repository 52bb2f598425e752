"""Links into the study: making, listing, taking back. The text of a link is shown once, on the answer that made it."""

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from annotation.actions.invitations import make_invitation, revoke_invitation
from annotation.models import Invitation, Membership
from webapp.access import MANAGERS, invitation_in
from webapp.pages.forms.people import InvitationForm
from webapp.pages.page import Request, act, member, page

PER_PAGE = 50


@never_cache
@page("GET", "POST")
def invitations(request: Request, slug: str) -> HttpResponse:
    membership = member(request, slug, MANAGERS)
    form = InvitationForm(request.POST if request.method == "POST" else None)
    link = make_link(request, membership, form)
    context = {
        "membership": membership,
        "study": membership.study,
        "tab": "members",
        "part": "invitations",
        "form": InvitationForm() if link else form,
        "link": link,
        "now": timezone.now(),
        "page": Paginator(listed(membership), PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "pages/invitations.html", context, status=400 if form.errors else 200)


@page("POST")
def revoke(request: Request, slug: str, pk: int) -> HttpResponseBase:
    found = invitation_in(member(request, slug, MANAGERS).study, pk)
    done = _("The link is taken back; who came in by it stays.")
    return act(request, lambda: revoke_invitation(invitation=found, by=request.user), done, "invitations", slug)


def make_link(request: Request, membership: Membership, form: InvitationForm) -> str:
    """The whole address, when the form asked for one."""
    if request.method != "POST" or not form.is_valid():
        return ""
    _, token = make_invitation(study=membership.study, by=request.user, **form.cleaned_data)
    return request.build_absolute_uri(reverse("join", args=[token]))


def listed(membership: Membership) -> QuerySet[Invitation]:
    return Invitation.objects.filter(study=membership.study).select_related("made_by").order_by("-pk")
