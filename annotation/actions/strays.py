"""Files come into the store before a row has their name; who is killed in between leaves one that nobody knows."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from uuid import uuid4

from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from annotation.models import Anchor, Evaluation, Export, Picture, Snapshot

STRAY_AFTER = timedelta(days=1)
"""Longer than any export or measurement may take: no row will name the file any more."""
_NAMED_BY: dict[str, tuple[type[Model], str]] = {
    "anchors": (Anchor, "file"),
    "evaluations": (Evaluation, "report"),
    "exports": (Export, "file"),
    "pictures": (Picture, "file"),
    "snapshots": (Snapshot, "file"),
}
"""The column that names what lies in each place."""


def unique_name(place: str, study: int, name: str) -> str:
    """One that is nobody else's: of a worker who was taken over, or of another platform that uses the same store."""
    return f"{place}/{study}/{our_mark()}-{uuid4().hex[:12]}/{name}"


@cache
def our_mark() -> str:
    """By the database, which is what makes a platform: a copy restored elsewhere is another one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT system_identifier, current_database() FROM pg_control_system()")
        return sha256("{} {}".format(*cursor.fetchone()).encode()).hexdigest()[:8]


def forget_strays() -> int:
    """Removes what is ours, a day old and named by no row; how much."""
    return sum(_forget(place, *named_by) for place, named_by in _NAMED_BY.items())


def _forget(place: str, kind: type[Model], column: str) -> int:
    """What is found before the rows are asked: a file that comes in between is young."""
    until, found = timezone.now() - STRAY_AFTER, set(_ours(place))
    named = kind._default_manager.filter(**{f"{column}__in": found}).values_list(column, flat=True)
    return sum(_is_removed(name, until) for name in sorted(found.difference(named)))


def _is_removed(name: str, until: datetime) -> bool:
    with suppress(FileNotFoundError):  # its worker lives and has removed it
        if default_storage.get_modified_time(name) < until:
            default_storage.delete(name)
            return True
    return False


def _ours(place: str) -> Iterator[str]:
    """Files, and folders that have none any more."""
    for study in _listed(place)[0]:
        for folder in _listed(f"{place}/{study}")[0]:
            if folder.startswith(our_mark()):
                path = f"{place}/{study}/{folder}"
                yield from [f"{path}/{name}" for name in _listed(path)[1]] or [path]


def _listed(place: str) -> tuple[list[str], list[str]]:
    """Folders and files; an object store has no folder without files."""
    try:
        return default_storage.listdir(place)
    except FileNotFoundError:
        return [], []
