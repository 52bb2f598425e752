"""Long lists a page at a time, by cursor: a page costs the same wherever it is, and no row is skipped or repeated."""

import re
from collections.abc import Callable
from typing import TypedDict, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from rest_framework.request import Request

from annotation.errors import InvalidInput

PARAMETERS = ("limit", "cursor")
LIMIT = 50
MOST = 500
_CURSOR = re.compile(r"(after|before)-([0-9]{1,18})")

Row = TypeVar("Row", bound=Model)
Shape = TypeVar("Shape")


class PageAnswer(TypedDict):
    next: str | None
    previous: str | None
    results: list[object]


def paginate(
    request: Request, rows: QuerySet[Row], shape: Callable[[Row], object], *, newest_first: bool = False
) -> PageAnswer:
    """A page in the order of the primary key. Raises InvalidInput for a limit or cursor that makes no sense."""
    limit, (side, key) = limit_of(request), _cursor(request)
    backward = side == "before"
    descending = newest_first != backward
    if side:
        rows = rows.filter(**{"pk__lt" if descending else "pk__gt": key})
    found = list(rows.order_by("-pk" if descending else "pk")[: limit + 1])
    more, page = len(found) > limit, found[:limit]
    if backward:
        page.reverse()
    return {
        "next": _link(request, "after", page[-1].pk) if page and (more or backward) else None,
        "previous": _link(request, "before", page[0].pk) if page and (more if backward else side) else None,
        "results": [shape(row) for row in page],
    }


def limit_of(request: Request) -> int:
    """Raises InvalidInput."""
    text = request.query_params.get("limit", str(LIMIT))
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and 1 <= int(text) <= MOST):
        raise InvalidInput(f"The limit must be a whole number from 1 to {MOST}, not {text!r}.", code="bad_filter")
    return int(text)


def _cursor(request: Request) -> tuple[str, int]:
    text = request.query_params.get("cursor")
    if text is None:
        return "", 0
    parts = _CURSOR.fullmatch(text)
    if parts is None:
        raise InvalidInput("The cursor must come from the next or previous link of a page.", code="bad_filter")
    return parts[1], int(parts[2])


def _link(request: Request, side: str, key: int) -> str:
    query = dict(request.query_params.items()) | {"cursor": f"{side}-{key}"}
    return request.build_absolute_uri(f"{request.path}?{urlencode(query)}")
