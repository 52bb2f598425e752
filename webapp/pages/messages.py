"""What managers tell annotators; and for annotators, what is still unread."""

from django.contrib import messages as notes
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from annotation.actions.messages import mark_read, send_message
from annotation.enums import Role
from annotation.errors import Conflict
from annotation.models import Membership
from annotation.queries.messages import receipts_of, sent_in, unread_by
from webapp.access import MANAGERS, member_of, message_for
from webapp.pages.forms.people import MessageForm
from webapp.pages.page import Request, member, page
from webapp.pages.sign_in import safe_next

PER_PAGE = 30


@page("GET", "POST")
def messages(request: Request, slug: str) -> HttpResponseBase:
    membership = member(request, slug, MANAGERS)
    form = form_of(request, membership)
    if request.method == "POST" and form.is_valid():
        send_from(request, membership, form)
        return redirect("messages", slug)
    found = Paginator(sent_in(membership.study), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "membership": membership,
        "study": membership.study,
        "tab": "members",
        "part": "messages",
        "form": form,
        "page": found,
        "sent": receipts_of(list(found.object_list)),
    }
    return render(request, "pages/messages.html", context, status=400 if form.errors else 200)


def form_of(request: Request, membership: Membership) -> MessageForm:
    """`?to=` names the member it is for at first."""
    members = Membership.objects.filter(study=membership.study, active=True).exclude(role=Role.MANAGER)
    people = [(str(pk), name) for pk, name in members.order_by("user__username").values_list("pk", "user__username")]
    data = request.POST if request.method == "POST" else None
    return MessageForm(data, people=people, initial={"to": request.GET.get("to", "")})


def send_from(request: Request, membership: Membership, form: MessageForm) -> None:
    """Says on the next page how it went."""
    to, study = form.cleaned_data["to"], membership.study
    user = member_of(study, int(to)).user if to else None
    try:
        send_message(study=study, by=request.user, text=form.cleaned_data["text"], to=user)
    except Conflict as error:
        notes.error(request, error.message)
        return
    everybody = _("The message is on everybody’s screen.")
    notes.success(request, _("The message is on {user}’s screen.").format(user=user) if user else everybody)


@never_cache
@page("GET")
def notices(request: Request, slug: str) -> HttpResponse:
    """The unread ones of a study, for the rating screen to look at now and then."""
    study = member(request, slug).study
    return render(request, "fragments/notices.html", {"notices": unread_by(request.user, study), "study": study})


@page("POST")
def read_notice(request: Request, pk: int) -> HttpResponseBase:
    mark_read(message=message_for(request.user, pk), by=request.user)
    if request.headers.get("Accept") == "application/json":
        return HttpResponse(status=204)
    return redirect(safe_next(request))
