"""What lets one scene be enough for many requests."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def undone() -> Iterator[None]:
    """What the block changes in the database is gone after it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
