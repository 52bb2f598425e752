"""Deliveries on their way: claimed by one worker at a time, sent, tried again for a day, forgotten after a month."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from annotation.enums import DeliveryState
from annotation.errors import Conflict
from annotation.exchange.hooks.post import Answer, post
from annotation.exchange.hooks.signing import headers_for
from annotation.models import Delivery
from annotation.models.hooks import TRIED_FOR

AT_ONCE = 8
"""Deliveries that are on their way together, each to another webhook, so that a slow receiver keeps nobody waiting for long."""
DEAD_AFTER = timedelta(minutes=2)
"""A worker that claimed a delivery so long ago and said nothing has died."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
REST = timedelta(minutes=1)
"""A receiver that did not take one delivery is not asked to take its others for so long."""
KEPT = timedelta(days=30)


def send_due(*, seconds: float) -> int:
    """Sends what is due, until nothing is or the time is used up; how many were tried."""
    tried, stop_at = 0, time.monotonic() + seconds
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while time.monotonic() < stop_at and (claimed := claim_deliveries()):
            for delivery, answer in zip(claimed, pool.map(_post, claimed), strict=True):
                take_answer(delivery=delivery, answer=answer)
            tried += len(claimed)
    return tried


def claim_deliveries(*, limit: int = AT_ONCE) -> list[Delivery]:
    """Those that are due longest, one of each webhook, now on their way from here."""
    now = timezone.now()
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - DEAD_AFTER)
    due = Delivery.objects.filter(free, state=DeliveryState.WAITING, due_at__lte=now, webhook__active=True)
    first = due.order_by("webhook", "due_at", "pk").distinct("webhook").values("pk")
    with transaction.atomic():
        rows = due.filter(pk__in=first).order_by("due_at", "pk").select_related("webhook")
        claimed = list(rows.select_for_update(of=("self",), skip_locked=True)[:limit])
        Delivery.objects.filter(pk__in=[one.pk for one in claimed]).update(claimed_at=now, tries=F("tries") + 1)
    for one in claimed:
        one.claimed_at, one.tries = now, one.tries + 1
    return claimed


def take_answer(*, delivery: Delivery, answer: Answer) -> None:
    """How it went. Without an answer of the kind 2xx it is tried again after a pause that doubles, or has failed for good.

    Nothing is noted for a delivery that was taken over by another worker meanwhile.
    """
    now = timezone.now()
    again_at = now + pause_after(delivery.tries)
    facts = {"status": answer.status, "answer": answer.text, "reason": answer.reason, "claimed_at": None}
    mine = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.WAITING, claimed_at=delivery.claimed_at)
    if answer.is_well:
        mine.update(state=DeliveryState.DELIVERED, ended_at=now, **facts)
        return
    if again_at > delivery.give_up_at:
        mine.update(state=DeliveryState.FAILED, ended_at=now, **facts)
    else:
        mine.update(due_at=again_at, **facts)
    others = Delivery.objects.filter(webhook=delivery.webhook_id, state=DeliveryState.WAITING, claimed_at=None)
    others.exclude(pk=delivery.pk).filter(due_at__lt=now + REST).update(due_at=now + REST)


def pause_after(tries: int) -> timedelta:
    """Half a minute, one, two, ... up to an hour."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(tries - 1, 10)))


def redeliver(*, delivery: Delivery) -> Delivery:
    """The same words again, now, and for another day; the receiver knows by the key. Raises Conflict for what is on its way,
    and when the webhook is silent or gone.
    """
    now = timezone.now()
    with transaction.atomic():
        rows = Delivery.objects.select_for_update(of=("self",)).select_related("webhook")
        fresh = rows.get(pk=delivery.pk)
        if not fresh.webhook.active:
            raise Conflict("This webhook is silent; let it go on first.", code="silent")
        if fresh.claimed_at is not None and fresh.claimed_at >= now - DEAD_AFTER:
            raise Conflict("This delivery is on its way just now.", code="on_its_way")
        fresh.state, fresh.tries, fresh.ended_at, fresh.claimed_at = DeliveryState.WAITING, 0, None, None
        fresh.due_at, fresh.give_up_at = now, now + TRIED_FOR
        fresh.save(update_fields=["state", "tries", "ended_at", "claimed_at", "due_at", "give_up_at"])
        return fresh


def forget_deliveries() -> int:
    """Removes those that are a month old; how many."""
    return Delivery.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]


def _post(delivery: Delivery) -> Answer:
    """In a thread of its own, without the database."""
    body, webhook = delivery.body.encode(), delivery.webhook
    headers = headers_for(salt=webhook.salt, key=str(delivery.key), at=timezone.now(), body=body)
    return post(webhook.address, body, headers, allowed=settings.WEBHOOK_HOSTS)
