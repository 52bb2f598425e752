"""A study's journal: who did what and when, newest first, put together from the rows that remember it."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from annotation.enums import DeedKind, DeedTopic
from annotation.errors import InvalidInput
from annotation.models import Study, User
from annotation.queries.journal_sources import Source, sources_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MARK = re.compile(r"([0-9]{1,17})\.([0-9]{1,3})\.([0-9]{1,18})")
_FIRST_OF = {
    DeedTopic.STUDY: DeedKind.STUDY_MADE,
    DeedTopic.PEOPLE: DeedKind.MEMBER_ADDED,
    DeedTopic.REGIONS: DeedKind.IMPORT_REQUESTED,
    DeedTopic.LABELS: DeedKind.ADJUDICATED,
    DeedTopic.MODEL: DeedKind.TRAINING_REQUESTED,
    DeedTopic.EXPORTS: DeedKind.EXPORT_REQUESTED,
}
"""The kinds stand in the order of their topics."""


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """Where a line stands among all lines."""

    at: datetime
    place: int
    key: int

    def __str__(self) -> str:
        return f"{(self.at - _EPOCH) // timedelta(microseconds=1)}.{self.place}.{self.key}"


def read_mark(text: str) -> Mark:
    """Raises InvalidInput for what is none of ours."""
    parts = _MARK.fullmatch(text)
    if parts is None:
        raise InvalidInput("The cursor must come from the next or previous link of a page.", code="bad_filter")
    return Mark(_EPOCH + timedelta(microseconds=int(parts[1])), int(parts[2]), int(parts[3]))


@dataclass(frozen=True, slots=True)
class Line:
    """`target` is the number of what `subject` names: the picture of a region, the run, the export ...

    `count` is how many regions, files, votes or uses it was about.
    """

    mark: Mark
    kind: DeedKind
    by: int | None
    whom: int | None
    subject: str
    target: int | None
    before: str
    after: str
    count: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines; None is any. `person` did it or it was done to them; from `since` to before `until`."""

    kinds: Collection[str] | None = None
    person: int | None = None
    since: datetime | None = None
    until: datetime | None = None


def topic_of(kind: DeedKind) -> DeedTopic:
    order = list(DeedKind)
    return [topic for topic, first in _FIRST_OF.items() if order.index(first) <= order.index(kind)][-1]


def kinds_of(topic: DeedTopic) -> list[DeedKind]:
    return [kind for kind in DeedKind if topic_of(kind) == topic]


def lines_of(study: Study, wanted: Wanted, *, limit: int, mark: Mark | None = None, newer: bool = False) -> list[Line]:
    """The newest lines; those older than a mark, or `newer`: then the ones next to it. Always newest first."""
    sources = [one for one in sources_of(study) if wanted.kinds is None or one.kinds & set(wanted.kinds)]
    parts = [_part(one, wanted, mark, newer)[:limit] for one in sources]
    if not parts:
        return []
    first, *others = parts
    rows = first.union(*others, all=True).order_by(*_order(newer))[:limit] if others else first
    found = [_line(*row) for row in rows]
    return found[::-1] if newer else found


def pages_of(study: Study, wanted: Wanted, *, limit: int = 500) -> Iterator[list[Line]]:
    """All lines, newest first."""
    mark = None
    while lines := lines_of(study, wanted, limit=limit, mark=mark):
        yield lines
        mark = lines[-1].mark


def names_of(lines: Collection[Line]) -> dict[int, str]:
    """User names of all who are in these lines."""
    people = {pk for line in lines for pk in (line.by, line.whom) if pk is not None}
    return dict(User.objects.filter(pk__in=people).values_list("pk", "username"))


def _order(newer: bool) -> list[str]:
    return [f"{'' if newer else '-'}j_{name}" for name in ("at", "place", "key")]


def _part(source: Source, wanted: Wanted, mark: Mark | None, newer: bool) -> QuerySet[Any]:
    rows = source.rows
    if wanted.kinds is not None and len(source.kinds) > 1:
        rows = rows.filter(j_kind__in=list(wanted.kinds))
    if wanted.person is not None:
        rows = rows.filter(Q(j_by=wanted.person) | Q(j_whom=wanted.person))
    if wanted.since is not None:
        rows = rows.filter(j_at__gte=wanted.since)
    if wanted.until is not None:
        rows = rows.filter(j_at__lt=wanted.until)
    if mark is not None:
        rows = rows.filter(**{f"j_at__{'gte' if newer else 'lte'}": mark.at}).filter(_beyond(mark, source, newer))
    return rows.order_by(*_order(newer))


def _beyond(mark: Mark, source: Source, newer: bool) -> Q:
    """After the mark in the order of `_order`."""
    further = "gt" if newer else "lt"
    beside = source.place > mark.place if newer else source.place < mark.place
    beyond = Q(**{f"j_at__{further}": mark.at})
    if source.place == mark.place:
        return beyond | Q(j_at=mark.at, **{f"j_key__{further}": mark.key})
    return beyond | Q(j_at=mark.at) if beside else beyond


def _line(
    at: datetime, place: int, key: int, by: int | None, whom: int | None, target: int | None, count: int,
    kind: str, subject: str, before: str, after: str,
) -> Line:  # fmt: skip
    """In the order of COLUMNS."""
    return Line(Mark(at, place, key), DeedKind(kind), by, whom, subject, target, before, after, count)
