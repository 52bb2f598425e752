"""Query parameters, all of them from a list: what a route does not name is refused, never ignored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.http import QueryDict

from annotation.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Filter:
    """One parameter: the lookup it stands for, how its text is read, and its OpenAPI schema."""

    lookup: str
    read: Callable[[str], object]
    schema: Mapping[str, Any]


def one_of(lookup: str, choices: type[TextChoices]) -> Filter:
    def read(text: str) -> str:
        if text not in choices.values:
            raise InvalidInput(f"It must be one of {', '.join(choices.values)}, not {text!r}.")
        return text

    return Filter(lookup, read, {"type": "string", "enum": list(choices.values)})


def text_in(lookup: str) -> Filter:
    def read(text: str) -> str:
        if not text.isprintable() or len(text) > 200:
            raise InvalidInput("It must be at most 200 printable characters.")
        return text

    return Filter(lookup, read, {"type": "string", "maxLength": 200})


def whole_number(lookup: str, most: int) -> Filter:
    """From 0 to `most`."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= most):
            raise InvalidInput(f"It must be a whole number from 0 to {most}.")
        return int(text)

    return Filter(lookup, read, {"type": "integer", "minimum": 0, "maximum": most})


def read_filters(query: QueryDict, filters: Mapping[str, Filter], others: tuple[str, ...] = ()) -> dict[str, object]:
    """Keyword arguments for `filter()`. Raises InvalidInput naming what is unknown, given twice or unreadable."""
    allowed = (*filters, *others)
    for name in query:
        if name not in allowed:
            known = f"Known here: {', '.join(allowed)}." if allowed else "This address takes none."
            raise InvalidInput(f"Unknown query parameter {name!r}. {known}", code="unknown_filter")
        if len(query.getlist(name)) > 1:
            raise InvalidInput(f"The query parameter {name} is given twice.", code="bad_filter")
    return {one.lookup: _read(name, one, str(query[name])) for name, one in filters.items() if name in query}


def _read(name: str, one: Filter, text: str) -> object:
    try:
        return one.read(text)
    except InvalidInput as error:
        raise InvalidInput(f"{name}: {error.message}", code="bad_filter") from error
