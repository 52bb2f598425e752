"""The guidelines in force, and those before them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from annotation.models import Codebook, Study, User, Vote


@dataclass(frozen=True, slots=True)
class Edition:
    """`votes` followed it. A text that was corrected under its number differs from the one first published."""

    number: int
    published_at: datetime
    by: User | None
    votes: int
    text: str
    corrected: bool = False


def edition_in_force(study: Study) -> Edition:
    return editions_of(study)[0]


def editions_of(study: Study) -> list[Edition]:
    """The one in force first, whether or not it has a row; two queries."""
    rows = {row.number: row for row in Codebook.objects.filter(study=study).select_related("published_by")}
    counted = Vote.objects.filter(study=study, codebook__isnull=False).values_list("codebook")
    votes = dict(counted.annotate(count=Count("pk")))
    now = rows.pop(study.codebook, None)
    first = Edition(
        study.codebook,
        now.created_at if now else study.created_at,
        now.published_by if now else None,
        votes.get(study.codebook, 0),
        study.guidelines,
        corrected=now is not None and now.guidelines.strip() != study.guidelines.strip(),
    )
    earlier = sorted(rows.values(), key=lambda row: -row.number)
    return [first, *[_edition(row, votes.get(row.number, 0)) for row in earlier]]


def _edition(row: Codebook, votes: int) -> Edition:
    return Edition(row.number, row.created_at, row.published_by, votes, row.guidelines)
