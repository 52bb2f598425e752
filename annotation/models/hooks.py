"""Other programs that are told what happens in a study: where they are, and what they are told, delivery by delivery."""

import secrets
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from annotation.enums import DeliveryState, HookEvent, SeatReason

TRIED_FOR = timedelta(days=1)
"""So long a delivery is tried again and again."""
CHOSEN = [event for event in HookEvent if event != HookEvent.TEST]
"""The events that a webhook may be told of."""


def make_salt() -> str:
    return secrets.token_hex(16)


def a_day_from_now() -> datetime:
    return timezone.now() + TRIED_FOR


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def standing(self) -> "WebhookQuerySet":
        return self.filter(removed_at=None)

    def wanting(self, event: HookEvent) -> "WebhookQuerySet":
        """Those that are to be told of it now."""
        return self.filter(active=True, events__contains=[event])


class Webhook(models.Model):
    """An address that is told of some events. Taken away it stays as a row, so that nobody who tells of one ever waits."""

    study = models.ForeignKey("annotation.Study", models.CASCADE, related_name="webhooks")
    address = models.CharField(max_length=500)
    events = ArrayField(models.CharField(max_length=20, choices=HookEvent))
    salt = models.CharField(max_length=32, default=make_salt, editable=False)
    active = models.BooleanField(default=True, db_default=True)
    finished = models.BooleanField(
        default=False, db_default=False, editable=False, help_text="Whether its study was finished at the last look."
    )
    made_by = models.ForeignKey("annotation.User", models.SET_NULL, null=True, blank=True, related_name="webhooks")
    created_at = models.DateTimeField(db_default=Now())
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["study", "address"], condition=Q(removed_at=None), name="webhook_address_once"
            ),
            models.CheckConstraint(condition=Q(address__regex=r"^https?://[^\s]+$"), name="webhook_address_shape"),
            models.CheckConstraint(
                condition=Q(events__contained_by=[event.value for event in CHOSEN]) & Q(events__len__gte=1),
                name="webhook_events_known",
            ),
            models.CheckConstraint(condition=Q(removed_at=None) | Q(active=False), name="webhook_removed_is_silent"),
        ]

    def __str__(self) -> str:
        return f"Webhook {self.pk} of {self.study_id}"

    @property
    def event_words(self) -> list[str]:
        return [str(HookEvent(event).label) for event in self.events]

    @property
    def host(self) -> str:
        """What may be said where others read it: the rest of an address may hold its receiver's secrets."""
        return urlsplit(self.address).netloc.rpartition("@")[2]


class Delivery(models.Model):
    """One message to one webhook, written in the transaction of what it tells of. A worker claims it, sends it, notes how it
    went. `body` is sent as it is, however often; `key` is the same each time.
    """

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries", db_index=False)
    key = models.UUIDField(default=uuid4, unique=True, editable=False)
    event = models.CharField(max_length=20, choices=HookEvent)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Of the last answer, as 200 or 500.")
    answer = models.CharField(max_length=300, blank=True, help_text="Its beginning.")
    reason = models.CharField(max_length=300, blank=True, help_text="Why there was no answer.")
    created_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(default=timezone.now)
    give_up_at = models.DateTimeField(default=a_day_from_now)
    claimed_at = models.DateTimeField(null=True, blank=True, help_text="Since when a worker sends it.")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.CheckConstraint(condition=Q(event__in=HookEvent.values), name="delivery_event_known"),
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="delivery_state_known"),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.WAITING, ended_at=None)
                | (~Q(state=DeliveryState.WAITING) & Q(ended_at__isnull=False, claimed_at=None)),
                name="delivery_ended_or_waiting",
            ),
            models.CheckConstraint(
                condition=~Q(state=DeliveryState.DELIVERED) | Q(status__range=(200, 299), tries__gte=1),
                name="delivery_was_answered",
            ),
        ]
        indexes = [
            models.Index(fields=["webhook", "-id"], name="delivery_of_webhook"),
            models.Index(fields=["due_at"], condition=Q(state=DeliveryState.WAITING), name="delivery_due"),
        ]

    def __str__(self) -> str:
        return f"Delivery {self.pk} of webhook {self.webhook_id}"


class JustSettled(models.Model):
    """A region whose label settled, until the next summary tells of it. A trigger writes it with the label itself, where a
    webhook of the study wants to know.
    """

    study = models.ForeignKey("annotation.Study", models.CASCADE, related_name="+")
    region = models.ForeignKey("annotation.Region", models.CASCADE, related_name="+", db_index=False)

    class Meta:
        verbose_name_plural = "just settled"

    def __str__(self) -> str:
        return f"Region {self.region_id} settled"


class RaisedAlarm(models.Model):
    """An alarm of the honest curve from when it was first seen to when it was gone, so that each is told once."""

    study = models.ForeignKey("annotation.Study", models.CASCADE, related_name="raised_alarms")
    scale = models.CharField(max_length=20)
    part = models.CharField(max_length=10, choices=SeatReason)
    raised_at = models.DateTimeField(db_default=Now())
    cleared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["study", "scale", "part"], condition=Q(cleared_at=None), name="alarm_raised_once"
            ),
            models.CheckConstraint(condition=Q(scale__in=["quality", "importance"]), name="alarm_scale_known"),
            models.CheckConstraint(condition=Q(part__in=SeatReason.values), name="alarm_part_known"),
        ]

    def __str__(self) -> str:
        return f"Alarm {self.pk} in {self.study_id}"
