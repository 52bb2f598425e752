"""Webhooks and deliveries for the managers of their study, as `webapp.access` has the other rows."""

from django.http import Http404

from annotation.models import Delivery, Study, User, Webhook
from webapp.access import MANAGERS, studies_for


def webhook_for(user: User, pk: int) -> Webhook:
    """One that stands, in a study the person manages."""
    mine = Webhook.objects.standing().filter(study__in=studies_for(user, MANAGERS))
    found = mine.select_related("study").filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such webhook for you.")
    return found


def webhook_in(study: Study, pk: int) -> Webhook:
    """For the study's managers; also one that was taken away."""
    found = Webhook.objects.filter(study=study, pk=pk).select_related("study", "made_by").first()
    if found is None:
        raise Http404("There is no such webhook in this study.")
    return found


def delivery_in(study: Study, pk: int) -> Delivery:
    """For the study's managers."""
    found = Delivery.objects.filter(webhook__study=study, pk=pk).select_related("webhook__study").first()
    if found is None:
        raise Http404("There is no such delivery in this study.")
    return found


def delivery_for(user: User, pk: int) -> Delivery:
    """One in a study the person manages."""
    mine = Delivery.objects.filter(webhook__study__in=studies_for(user, MANAGERS)).select_related("webhook")
    found = mine.filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such delivery for you.")
    return found
