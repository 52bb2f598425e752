"""Taking all proposals into the study at once."""

from django.db import transaction
from django.utils import timezone

from annotation.actions.seats import make_seats
from annotation.enums import RegionStatus
from annotation.models import Image, Region, Study, User


def accept_all(*, study: Study, by: User) -> int:
    """Every proposal that waits for a decision gets its seats; how many. Those decided on meanwhile are left alone."""
    with transaction.atomic():
        waiting = Region.objects.filter(study=study, status=RegionStatus.CANDIDATE).order_by("pk")
        found = list(waiting.select_for_update().values_list("pk", "image_id"))
        ids = [region for region, _ in found]
        Region.objects.filter(pk__in=ids).update(status=RegionStatus.ACCEPTED, decided_by=by, decided_at=timezone.now())
        make_seats(region_ids=ids)
        images = {image for _, image in found}
        Image.objects.filter(pk__in=images).update(prelabel_due=True, prelabel_attempts=0, prelabel_error="")
        return len(ids)
