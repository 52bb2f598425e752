"""Webhooks: registered, changed and taken away by a study's managers."""

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from annotation.actions.deeds import note
from annotation.actions.telling import write_down
from annotation.enums import DeedKind, DeliveryState, HookEvent
from annotation.errors import Conflict, InvalidInput
from annotation.exchange.hooks.places import PlaceError, place_of
from annotation.exchange.hooks.signing import secret_of
from annotation.models import Delivery, Study, User, Webhook
from annotation.models.hooks import CHOSEN, make_salt
from annotation.queries.hooks import is_finished

MOST = 10
"""Of one study."""
TAKEN_AWAY = "The webhook was taken away."


def make_webhook(*, study: Study, address: str, events: Sequence[str], by: User | None) -> tuple[Webhook, str]:
    """The new row and its secret, which cannot be had again. Raises InvalidInput, or Conflict for one too many or the same."""
    try:
        place_of(address, settings.WEBHOOK_HOSTS)
    except PlaceError as error:
        raise InvalidInput(str(error)) from error
    chosen = _known(events)
    with transaction.atomic():
        Study.objects.select_for_update(no_key=True).get(pk=study.pk)  # two that are made at once count each other
        standing = Webhook.objects.standing().filter(study=study)
        if standing.filter(address=address).exists():
            raise Conflict("There is a webhook to this very address already.", code="same_address")
        if standing.count() >= MOST:
            raise Conflict(f"The study has {MOST} webhooks; take one away first.", code="too_many_webhooks")
        webhook = Webhook.objects.create(
            study=study, address=address, events=chosen, made_by=by, finished=is_finished(study)
        )
        _note(webhook, DeedKind.WEBHOOK_MADE, by, after=", ".join(chosen))
    return webhook, secret_of(webhook.salt)


def change_webhook(
    *, webhook: Webhook, by: User | None, events: Sequence[str] | None = None, active: bool | None = None
) -> Webhook:
    """Other events, or silent for now; what waits goes on when it is active again. Raises InvalidInput or Conflict."""
    with transaction.atomic():
        fresh = _locked(webhook)
        before = _said_of(fresh)
        fresh.events = fresh.events if events is None else _known(events)
        fresh.active = fresh.active if active is None else active
        fresh.finished = is_finished(fresh.study)
        fresh.save(update_fields=["events", "active", "finished"])
        for was, became in zip(before, _said_of(fresh), strict=True):
            if was != became:
                _note(fresh, DeedKind.WEBHOOK_CHANGED, by, was, became)
    return fresh


def renew_secret(*, webhook: Webhook, by: User | None) -> str:
    """Another secret, at once also for what waits already. Raises Conflict."""
    with transaction.atomic():
        fresh = _locked(webhook)
        fresh.salt = make_salt()
        fresh.save(update_fields=["salt"])
        _note(fresh, DeedKind.WEBHOOK_RENEWED, by)
    return secret_of(fresh.salt)


def remove_webhook(*, webhook: Webhook, by: User | None) -> None:
    """Nothing is sent there any more, also not what waits. Raises Conflict when it is gone already."""
    now = timezone.now()
    with transaction.atomic():
        fresh = _locked(webhook)
        fresh.active, fresh.removed_at = False, now
        fresh.save(update_fields=["active", "removed_at"])
        waiting = Delivery.objects.filter(webhook=fresh, state=DeliveryState.WAITING)
        waiting.update(state=DeliveryState.FAILED, ended_at=now, claimed_at=None, reason=TAKEN_AWAY)
        _note(fresh, DeedKind.WEBHOOK_REMOVED, by)


def send_test(*, webhook: Webhook) -> Delivery:
    """A delivery that tells of nothing. Raises Conflict for a webhook that is silent or gone."""
    with transaction.atomic():
        fresh = _locked(webhook)
        if not fresh.active:
            raise Conflict("This webhook is silent; let it go on first.", code="silent")
        write_down([fresh], fresh.study, HookEvent.TEST, {})
        return Delivery.objects.filter(webhook=fresh).latest("pk")


def _known(events: Sequence[str]) -> list[str]:
    """In our order, each once. Raises InvalidInput."""
    unknown = sorted(set(events) - set(CHOSEN))
    if unknown or not events:
        raise InvalidInput(f"Choose at least one of the events {', '.join(CHOSEN)}.")
    return [event.value for event in CHOSEN if event in events]


def _locked(webhook: Webhook) -> Webhook:
    """After the study, as where it is made. Raises Conflict."""
    Study.objects.select_for_update(no_key=True).get(pk=webhook.study_id)
    rows = Webhook.objects.select_for_update(of=("self",), no_key=True).select_related("study")
    fresh = rows.get(pk=webhook.pk)
    if fresh.removed_at is not None:
        raise Conflict("This webhook was taken away.", code="removed")
    return fresh


def _note(webhook: Webhook, kind: DeedKind, by: User | None, before: str = "", after: str = "") -> None:
    subject, target = webhook.host, webhook.pk
    note(study_id=webhook.study_id, kind=kind, by=by, subject=subject, target=target, before=before, after=after)


def _said_of(webhook: Webhook) -> tuple[str, str]:
    return ", ".join(webhook.events), "active" if webhook.active else "silent"
