"""Zips of exports do not stay for ever: the row remembers which snapshot it was, and can be made again from it."""

from datetime import timedelta

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from annotation.actions.deeds import note
from annotation.enums import DeedKind, JobStatus
from annotation.errors import Conflict
from annotation.models import Export, User


def has_expired(export: Export) -> bool:
    return export.status == JobStatus.DONE and not export.file


def expire_exports(*, kept: timedelta) -> int:
    """Removes the files of exports that were finished longer ago than `kept`; how many."""
    old = Export.objects.filter(status=JobStatus.DONE, finished_at__lt=timezone.now() - kept).exclude(file="")
    removed = 0
    for export in old.order_by("pk").iterator():
        default_storage.delete(export.file.name or "")  # first: killed in between, the row is found again
        removed += Export.objects.filter(pk=export.pk, status=JobStatus.DONE, file=export.file.name).update(file="")
    return removed


def repeat_export(*, job: Export, by: User | None = None) -> None:
    """Queues an export whose file has expired; it will show the same snapshot. Raises Conflict for any other."""
    expired = Export.objects.filter(pk=job.pk, status=JobStatus.DONE, file="", snapshot__isnull=False)
    with transaction.atomic():
        if not expired.update(status=JobStatus.QUEUED, finished_at=None, attempts=0, done=0, total=0):
            raise Conflict("Only an export whose file has expired can be made again.", code="not_expired")
        kind = DeedKind.EXPORT_REPEATED
        note(study_id=job.study_id, kind=kind, by=by, subject=job.format, target=job.pk)
