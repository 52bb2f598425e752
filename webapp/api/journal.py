"""Who did what in a study, and when; for its managers."""

from datetime import UTC, datetime
from typing import Any, TypedDict
from urllib.parse import urlencode

from django.utils.dateparse import parse_datetime
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.enums import DeedKind, DeedTopic
from annotation.errors import InvalidInput
from annotation.queries.journal import Line, Wanted, kinds_of, lines_of, names_of, read_mark, topic_of
from webapp import access
from webapp.api.filters import Filter, one_of, whole_number
from webapp.api.paging import PageAnswer, limit_of
from webapp.api.schema import Page, describe
from webapp.api.views import Route

_MOST = 2**31 - 1
_WORD = {"after": False, "before": True}
"""Which way from a cursor, as in `paging`; the list is newest first, so what comes before is newer."""


class JournalLine(TypedDict):
    """`by` is null for what no signed-in person did; `whom` is the person it was done to.

    `target` is the number of what `subject` names: of a region its image, otherwise the thing itself.
    """

    at: datetime
    topic: DeedTopic
    kind: DeedKind
    by: str | None
    whom: str | None
    subject: str
    target: int | None
    before: str
    after: str
    count: int


def _moment(lookup: str) -> Filter:
    def read(text: str) -> datetime:
        try:
            found = parse_datetime(text.replace(" ", "+"))  # a plus that nobody escaped
        except ValueError:
            found = None
        if found is None:
            raise InvalidInput("It must be a moment such as 2026-03-01T12:00:00Z.")
        return found if found.tzinfo else found.replace(tzinfo=UTC)

    return Filter(lookup, read, {"type": "string", "format": "date-time"})


class Journal(Route):
    paged = True
    filters = {
        "topic": one_of("topic", DeedTopic),
        "kind": one_of("kind", DeedKind),
        "member": whole_number("member", _MOST),
        "since": _moment("since"),
        "until": _moment("until"),
    }

    @describe("Who did what in the study, newest first", Page(JournalLine), errors=(404,))
    def get(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.MANAGERS)
        chosen = dict(self.chosen)
        if "member" in chosen:
            chosen["person"] = access.member_of(study, int(str(chosen.pop("member")))).user_id
        limit, (newer, mark) = limit_of(request), _cursor(request)
        lines = lines_of(study, wanted(**chosen), limit=limit + 1, mark=mark, newer=newer)
        more = len(lines) > limit
        shown = lines[-limit:] if newer else lines[:limit]
        return Response(_page(request, shown, older=more or newer, newer=more if newer else mark is not None))


def wanted(*, topic: Any = None, kind: Any = None, **others: Any) -> Wanted:
    """A kind that is not of the topic leaves nothing, and then nothing is what is wanted."""
    kinds = set(kinds_of(DeedTopic(topic))) if topic else set(DeedKind)
    kinds &= {DeedKind(kind)} if kind else kinds
    return Wanted(kinds=tuple(str(one) for one in kinds) if topic or kind else None, **others)


def line_shape(line: Line, names: dict[int, str]) -> JournalLine:
    return {
        "at": line.mark.at,
        "topic": topic_of(line.kind),
        "kind": line.kind,
        "by": names.get(line.by) if line.by else None,
        "whom": names.get(line.whom) if line.whom else None,
        "subject": line.subject,
        "target": line.target,
        "before": line.before,
        "after": line.after,
        "count": line.count,
    }


def _page(request: Request, lines: list[Line], *, older: bool, newer: bool) -> PageAnswer:
    names = names_of(lines)
    return {
        "next": _link(request, f"after-{lines[-1].mark}") if lines and older else None,
        "previous": _link(request, f"before-{lines[0].mark}") if lines and newer else None,
        "results": [line_shape(line, names) for line in lines],
    }


def _cursor(request: Request) -> tuple[bool, Any]:
    """Whether towards the newer lines, and from where."""
    side, _, mark = request.query_params.get("cursor", "").partition("-")
    if not side and not mark:
        return False, None
    return _WORD.get(side, False), read_mark(mark if side in _WORD else "")


def _link(request: Request, cursor: str) -> str:
    query = dict(request.query_params.items()) | {"cursor": cursor}
    return request.build_absolute_uri(f"{request.path}?{urlencode(query)}")
