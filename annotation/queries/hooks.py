"""What has to be known to tell other programs of it."""

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from annotation.enums import DeliveryState, LabelStatus, RegionStatus
from annotation.models import Assignment, Delivery, Label, Region, Study, Webhook


def is_finished(study: Study) -> bool:
    """Whether every accepted region has its label: no seat is open and no label disputed. Three looks into indexes."""
    accepted = Region.objects.filter(study=study, status=RegionStatus.ACCEPTED)
    if Assignment.objects.open().filter(study=study).exists():
        return False
    return not Label.objects.filter(study=study, status=LabelStatus.DISPUTED).exists() and accepted.exists()


def settled_now(regions: set[int]) -> list[int]:
    """Those whose label is settled still."""
    found = Label.objects.filter(region__in=regions, status=LabelStatus.SETTLED)
    return list(found.order_by("region").values_list("region", flat=True))


def webhooks_of(study: Study) -> QuerySet[Webhook]:
    """Those that stand, newest first, with `last_state` and `last_at` of their newest delivery and how many `failed`."""
    newest = Delivery.objects.filter(webhook=OuterRef("pk")).order_by("-pk")
    return (
        Webhook.objects.standing()
        .filter(study=study)
        .annotate(
            last_state=Subquery(newest.values("state")[:1]),
            last_at=Subquery(newest.values("created_at")[:1]),
            failed=Count("deliveries", filter=Q(deliveries__state=DeliveryState.FAILED)),
        )
        .order_by("-pk")
    )
