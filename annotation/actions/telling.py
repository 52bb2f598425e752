"""What other programs are told, written down in the transaction of what it tells of: nothing is lost, nothing is untrue."""

from collections.abc import Iterable

from django.utils import timezone

from annotation.enums import HookEvent
from annotation.exchange.hooks.bodies import body_of
from annotation.models import Delivery, Study, Webhook

Facts = dict[str, object]


def tell(*, study: Study, event: HookEvent, facts: Facts) -> int:
    """A delivery for each webhook of the study that wants to know; how many. One query where there is none."""
    return write_down(Webhook.objects.wanting(event).filter(study=study.pk), study, event, facts)


def write_down(webhooks: Iterable[Webhook], study: Study, event: HookEvent, facts: Facts) -> int:
    """For the webhooks given, all of that study."""
    body = body_of(event=event, slug=study.slug, at=timezone.now(), facts=facts)
    return len(Delivery.objects.bulk_create([Delivery(webhook=one, event=event, body=body) for one in webhooks]))
