"""Webhooks under a study's settings. A secret is shown once, on the answer that made it."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from annotation.actions.deliveries import redeliver
from annotation.actions.webhooks import change_webhook, make_webhook, remove_webhook, renew_secret, send_test
from annotation.errors import DomainError
from annotation.models import Delivery, Webhook
from annotation.queries.hooks import webhooks_of
from webapp.access import MANAGERS
from webapp.doorbell import ring_deliveries
from webapp.hook_access import delivery_in, webhook_in
from webapp.pages.forms.webhooks import EventsForm, WebhookForm
from webapp.pages.page import Request, act, member, page
from webapp.spoken import spoken

PER_PAGE = 50


@never_cache
@page("GET", "POST")
def webhooks(request: Request, slug: str) -> HttpResponse:
    membership = member(request, slug, MANAGERS)
    form = WebhookForm(request.POST if request.method == "POST" else None)
    made, secret = None, ""
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = make_webhook(study=membership.study, by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error("address", spoken(error.message))
    context = {
        "membership": membership,
        "study": membership.study,
        "tab": "settings",
        "part": "webhooks",
        "form": WebhookForm() if made else form,
        "made": made,
        "secret": secret,
        "webhooks": webhooks_of(membership.study),
    }
    return render(request, "pages/webhooks.html", context, status=400 if form.errors else 200)


@page("GET", "POST")
def webhook(request: Request, slug: str, pk: int) -> HttpResponseBase:
    """Its deliveries; and other events, when they are sent."""
    found = webhook_in(member(request, slug, MANAGERS).study, pk)
    form = EventsForm(request.POST if request.method == "POST" else None, initial={"events": found.events})
    if request.method == "POST" and form.is_valid():
        return _do(request, found, lambda: change_webhook(webhook=found, by=request.user, **form.cleaned_data))
    return _page(request, found, form)


@page("POST")
def silence(request: Request, slug: str, pk: int) -> HttpResponseBase:
    """Silent for now, or on again."""
    found = webhook_in(member(request, slug, MANAGERS).study, pk)
    active = request.POST.get("active") == "1"
    return _do(request, found, lambda: change_webhook(webhook=found, by=request.user, active=active))


@never_cache
@page("POST")
def new_secret(request: Request, slug: str, pk: int) -> HttpResponseBase:
    found = webhook_in(member(request, slug, MANAGERS).study, pk)
    try:
        secret = renew_secret(webhook=found, by=request.user)
    except DomainError as error:
        messages.error(request, spoken(error.message))
        return redirect("webhook", slug, pk)
    return _page(request, found, EventsForm(initial={"events": found.events}), secret)


@page("POST")
def test(request: Request, slug: str, pk: int) -> HttpResponseBase:
    found = webhook_in(member(request, slug, MANAGERS).study, pk)

    def send() -> None:
        send_test(webhook=found)
        ring_deliveries()

    return _do(request, found, send, _("The test is on its way; look again in a moment."))


@page("POST")
def again(request: Request, slug: str, pk: int) -> HttpResponseBase:
    """The same words again."""
    delivery = delivery_in(member(request, slug, MANAGERS).study, pk)

    def send() -> None:
        redeliver(delivery=delivery)
        ring_deliveries()

    return _do(request, delivery.webhook, send, _("It is on its way again; look again in a moment."))


@page("POST")
def remove(request: Request, slug: str, pk: int) -> HttpResponseBase:
    found = webhook_in(member(request, slug, MANAGERS).study, pk)
    done = _("The webhook is taken away; nothing more is sent there.")
    return act(request, lambda: remove_webhook(webhook=found, by=request.user), done, "webhooks", slug)


def _do(request: Request, found: Webhook, action: Callable[[], object], done: str = "") -> HttpResponseBase:
    return act(request, action, done or _("The webhook is changed."), "webhook", found.study.slug, found.pk)


def _page(request: Request, found: Webhook, form: EventsForm, secret: str = "") -> HttpResponse:
    deliveries = Delivery.objects.filter(webhook=found).order_by("-pk")
    context = {
        "membership": member(request, found.study.slug, MANAGERS),
        "study": found.study,
        "tab": "settings",
        "part": "webhooks",
        "webhook": found,
        "made": found,
        "form": form,
        "secret": secret,
        "page": Paginator(deliveries, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "pages/webhook.html", context, status=400 if form.errors else 200)
