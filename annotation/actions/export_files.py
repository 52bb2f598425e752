"""Zips of exports do not stay for ever: the row remembers which snapshot it was, and can be made again from it."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from annotation.actions.deeds import note
from annotation.enums import DeedKind, JobStatus
from annotation.errors import Conflict
from annotation.models import Export, User

PLACE = "exports"
STRAY_AFTER = timedelta(days=1)
"""Longer than any export may take: no row will name the file any more."""


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


def forget_strays() -> int:
    """Removes old files in the place of exports that no row names, as a worker leaves them that is killed before its row has
    the name; how many.
    """
    until, removed = timezone.now() - STRAY_AFTER, 0
    for study in _listed(PLACE)[0]:
        names = set(_files_in(f"{PLACE}/{study}"))
        for name in sorted(names - set(Export.objects.filter(file__in=names).values_list("file", flat=True))):
            with suppress(FileNotFoundError):  # its worker lives and has removed it
                if default_storage.get_modified_time(name) < until:
                    default_storage.delete(name)
                    removed += 1
    return removed


def _files_in(place: str) -> Iterator[str]:
    for folder in _listed(place)[0]:
        yield from (f"{place}/{folder}/{name}" for name in _listed(f"{place}/{folder}")[1])


def _listed(place: str) -> tuple[list[str], list[str]]:
    """Folders and files; an object store has no folder without files."""
    try:
        return default_storage.listdir(place)
    except FileNotFoundError:
        return [], []
