"""Taking all proposals into the study at once."""

from django.db import transaction
from django.utils import timezone

from annotation.actions.seats import hold_wanted, make_seats
from annotation.enums import RegionStatus
from annotation.models import Image, Region, Study, User

CHUNK = 1_000
"""Regions that are decided on together: their seats are many rows, and nobody should wait for all of a large study."""


def accept_all(*, study: Study, by: User) -> int:
    """Every proposal that waits for a decision gets its seats; how many. Those decided on meanwhile are left alone.

    Should it be stopped, what was taken in is in, and the next call goes on with the rest.
    """
    at, taken = timezone.now(), 0
    while True:
        with transaction.atomic():
            hold_wanted(study.pk)
            waiting = Region.objects.filter(study=study, status=RegionStatus.CANDIDATE).order_by("pk")
            found = list(waiting.select_for_update().values_list("pk", "image_id")[:CHUNK])
            if not found:
                return taken
            ids = [region for region, _ in found]
            Region.objects.filter(pk__in=ids).update(status=RegionStatus.ACCEPTED, decided_by=by, decided_at=at)
            make_seats(region_ids=ids)
            images = Image.objects.filter(pk__in={image for _, image in found})
            images.update(prelabel_due=True, prelabel_attempts=0, prelabel_error="")
            taken += len(found)
