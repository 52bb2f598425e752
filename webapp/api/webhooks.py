"""Webhooks of a study, for its managers. A secret is shown once, by the answer that made it."""

from datetime import datetime
from typing import TypedDict

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.actions.deliveries import redeliver
from annotation.actions.webhooks import change_webhook, make_webhook, remove_webhook, renew_secret, send_test
from annotation.enums import DeliveryState, HookEvent
from annotation.exchange.hooks.places import LONGEST
from annotation.models import Delivery, Webhook
from webapp import access, doorbell
from webapp.api.filters import one_of
from webapp.api.paging import paginate
from webapp.api.parsing import parse
from webapp.api.schema import Page, describe
from webapp.api.views import Route
from webapp.hook_access import delivery_for, webhook_for


class NewWebhook(serializers.Serializer[Webhook]):
    address = serializers.CharField(max_length=LONGEST)
    events = serializers.ListField(
        child=serializers.ChoiceField(HookEvent.choices), allow_empty=False, max_length=len(HookEvent)
    )


class WebhookChanges(serializers.Serializer[Webhook]):
    events = serializers.ListField(
        child=serializers.ChoiceField(HookEvent.choices), allow_empty=False, max_length=len(HookEvent), required=False
    )
    active = serializers.BooleanField(required=False)


class WebhookShape(TypedDict):
    """While it is not `active` it is told nothing new, and what waits stays waiting."""

    id: int
    address: str
    events: list[HookEvent]
    active: bool
    created_at: datetime


class FreshWebhook(WebhookShape):
    """`secret` signs what is sent."""

    secret: str


class WebhookSecretShape(TypedDict):
    secret: str


class DeliveryShape(TypedDict):
    """`key` is the header `webhook-id`. `status` and `answer` are of the last answer, `reason` says why there was none."""

    id: int
    key: str
    event: HookEvent
    body: str
    state: DeliveryState
    tries: int
    status: int | None
    answer: str
    reason: str
    created_at: datetime
    due_at: datetime
    ended_at: datetime | None


class Webhooks(Route):
    paged = True

    @describe("The study's webhooks, newest first", Page(WebhookShape), errors=(404,))
    def get(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.MANAGERS)
        standing = Webhook.objects.standing().filter(study=study)
        return Response(paginate(request, standing, webhook_shape, newest_first=True))

    @describe("Register an address", FreshWebhook, status=201, body=NewWebhook, errors=(404, 409))
    def post(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.MANAGERS)
        webhook, secret = make_webhook(study=study, by=self.person, **parse(NewWebhook, request))
        webhook.refresh_from_db()
        fresh: FreshWebhook = {**webhook_shape(webhook), "secret": secret}
        return Response(fresh, status=201)


class WebhookOne(Route):
    @describe("A webhook", WebhookShape, errors=(404,))
    def get(self, request: Request, pk: int) -> Response:
        return Response(webhook_shape(webhook_for(self.person, pk)))

    @describe("Other events, or silent for now", WebhookShape, body=WebhookChanges, errors=(404, 409))
    def patch(self, request: Request, pk: int) -> Response:
        webhook = webhook_for(self.person, pk)
        changes = parse(WebhookChanges, request, partial=True)
        return Response(webhook_shape(change_webhook(webhook=webhook, by=self.person, **changes)))

    @describe("Take a webhook away", status=204, errors=(404, 409))
    def delete(self, request: Request, pk: int) -> Response:
        remove_webhook(webhook=webhook_for(self.person, pk), by=self.person)
        return Response(status=204)


class WebhookSecret(Route):
    @describe("Make a new secret; the old one signs nothing more", WebhookSecretShape, errors=(404, 409))
    def post(self, request: Request, pk: int) -> Response:
        secret: WebhookSecretShape = {"secret": renew_secret(webhook=webhook_for(self.person, pk), by=self.person)}
        return Response(secret)


class WebhookTest(Route):
    @describe("Send a test", DeliveryShape, status=202, errors=(404, 409))
    def post(self, request: Request, pk: int) -> Response:
        delivery = send_test(webhook=webhook_for(self.person, pk))
        doorbell.ring_deliveries()
        return Response(delivery_shape(delivery), status=202)


class Deliveries(Route):
    paged = True
    filters = {"state": one_of("state", DeliveryState), "event": one_of("event", HookEvent)}

    @describe("A webhook's deliveries of the last month, newest first", Page(DeliveryShape), errors=(404,))
    def get(self, request: Request, pk: int) -> Response:
        rows = Delivery.objects.filter(webhook=webhook_for(self.person, pk), **self.chosen)
        return Response(paginate(request, rows, delivery_shape, newest_first=True))


class Redelivery(Route):
    @describe("Send the same words again", DeliveryShape, status=202, errors=(404, 409))
    def post(self, request: Request, pk: int) -> Response:
        delivery = redeliver(delivery=delivery_for(self.person, pk))
        doorbell.ring_deliveries()
        return Response(delivery_shape(delivery), status=202)


def webhook_shape(webhook: Webhook) -> WebhookShape:
    return {
        "id": webhook.pk,
        "address": webhook.address,
        "events": [HookEvent(event) for event in webhook.events],
        "active": webhook.active,
        "created_at": webhook.created_at,
    }


def delivery_shape(delivery: Delivery) -> DeliveryShape:
    return {
        "id": delivery.pk,
        "key": str(delivery.key),
        "event": HookEvent(delivery.event),
        "body": delivery.body,
        "state": DeliveryState(delivery.state),
        "tries": delivery.tries,
        "status": delivery.status,
        "answer": delivery.answer,
        "reason": delivery.reason,
        "created_at": delivery.created_at,
        "due_at": delivery.due_at,
        "ended_at": delivery.ended_at,
    }
