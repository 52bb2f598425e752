"""Webhooks for tests, and what they were told."""

import json
from typing import Any

from annotation.enums import HookEvent
from annotation.models import Delivery, Study, Webhook
from annotation.models.hooks import CHOSEN

ADDRESS = "https://hooks.example.org/gullery"


def make_hook(study: Study, *events: HookEvent, address: str = ADDRESS, **fields: object) -> Webhook:
    return Webhook.objects.create(study=study, address=address, events=list(events or CHOSEN), **fields)


def make_delivery(webhook: Webhook, **fields: object) -> Delivery:
    return Delivery.objects.create(webhook=webhook, **{"event": HookEvent.TEST, "body": "{}"} | fields)


def told(event: HookEvent | None = None) -> list[dict[str, Any]]:
    """Bodies of all deliveries, or of those of an event, oldest first."""
    rows = Delivery.objects.order_by("pk")
    return [json.loads(row.body) for row in (rows.filter(event=event) if event else rows)]
