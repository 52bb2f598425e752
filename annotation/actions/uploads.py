"""Uploaded files are kept as long as their import may begin again; what was imported has a file of its own."""

from datetime import timedelta

from django.core.files.storage import default_storage
from django.db.models import Q
from django.utils import timezone

from annotation.models import Import

FOLDER = "uploads"
KEPT = timedelta(days=30)


def forget_uploads() -> int:
    """Removes uploads whose import ended, or never began, longer ago than `KEPT`; how many."""
    begun = timezone.now() - KEPT
    wanted = Import.objects.filter(Q(finished_at=None) | Q(finished_at__gte=begun), uploaded=True)
    kept = {name for both in wanted.values_list("source", "scores") for name in both}
    old = [name for name in _stored() if name not in kept and default_storage.get_modified_time(name) < begun]
    for name in old:
        default_storage.delete(name)
    return len(old)


def _stored() -> list[str]:
    try:
        return [f"{FOLDER}/{name}" for name in sorted(default_storage.listdir(FOLDER)[1])]
    except FileNotFoundError:
        return []
