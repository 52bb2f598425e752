"""People for a spreadsheet: those of a study, and the links of a file of them. As harmless there as our exports."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import QuerySet

from annotation.exchange.csv_files import FLAGS, safe
from annotation.models import Membership

FIELDS = {
    "username": "user__username",
    "pseudonym": "pseudonym",
    "role": "role",
    "active": "active",
    "paused": "paused",
    "excluded": "excluded",
    "votes": "said",
    "votes_at_most": "votes_at_most",
    "votes_per_day": "votes_per_day",
    "created_at": "created_at",
    "last_sign_in_at": "user__last_login",
}
"""Of people as `found_people` finds them, by the names of the columns."""


def people_csv(people: QuerySet[Membership]) -> str:
    """Times in UTC, words as programs know them."""
    rows = people.values_list(*FIELDS.values())
    return _text([[*FIELDS], *([_cell(value) for value in row] for row in rows)])


def links_csv(rows: Iterable[tuple[str, str]]) -> str:
    """Names with their links; no link for those who have an account."""
    return _text([("username", "link"), *((safe(name), safe(link)) for name, link in rows)])


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return FLAGS[value]
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return safe(value) if isinstance(value, str) else value


def _text(rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()
