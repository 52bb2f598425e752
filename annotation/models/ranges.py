"""Bounds of many columns in one constraint: every statement that writes a row reads and prepares each constraint anew.

See "Votes over HTTP" in docs/measurements.md.
"""

from collections.abc import Iterable

from django.db.models import IntegerField, Q
from django.db.models.functions import Greatest, Least
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual


def none_below(lowest: int, columns: Iterable[str]) -> Q:
    """Empty columns are passed over, as PostgreSQL's LEAST does."""
    return Q(GreaterThanOrEqual(Least(*columns, output_field=IntegerField()), lowest))


def none_above(highest: int, columns: Iterable[str]) -> Q:
    return Q(LessThanOrEqual(Greatest(*columns, output_field=IntegerField()), highest))
