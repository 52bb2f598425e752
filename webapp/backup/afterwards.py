"""What a restored platform would do by itself: told, and where it must not happen prevented."""

from collections.abc import Iterator

from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import salted_hmac

from annotation.actions.webhooks import change_webhook
from annotation.enums import DeliveryState
from annotation.models import AccessToken, Delivery, Webhook


def mark_of_key() -> str:
    """Of GULLERY_SECRET_KEY: the same for the same one, and it cannot be had back from it."""
    return salted_hmac("webapp.backup", "key", algorithm="sha256").hexdigest()


def settle_in(*, silent: bool, same_key: bool) -> list[str]:
    """Ends sessions, silences webhooks if wanted; what a person has to know, line by line."""
    Session.objects.all().delete()  # one that was ended since the backup would be alive again
    return ["Everybody has to sign in again.", *_tokens(), *_webhooks(silent), *_secrets(same_key)]


def _tokens() -> Iterator[str]:
    usable = AccessToken.objects.usable(timezone.now()).count()
    if usable:
        yield f"Tokens that work: {usable}, also such as were revoked after the backup."


def _webhooks(silent: bool) -> Iterator[str]:
    active = Webhook.objects.filter(active=True).select_related("study").order_by("pk")
    waiting = Delivery.objects.filter(state=DeliveryState.WAITING, webhook__in=active).count()
    told = f"Webhooks: {len(active)}; messages that waited: {waiting}."
    if not active:
        return
    if not silent:
        yield f"{told} They are sent when the platform starts; what was sent since the backup is sent again."
        return
    for webhook in active:
        change_webhook(webhook=webhook, active=False, by=None)
    yield f"{told} All are silent; nothing is sent."


def _secrets(same_key: bool) -> Iterator[str]:
    if not same_key and Webhook.objects.standing().exists():
        yield (
            "The backup was made under another GULLERY_SECRET_KEY: receivers will refuse messages until the old key is"
            " back, or each webhook has a new secret."
        )
