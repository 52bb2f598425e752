"""A vote as it comes in, checked by hand: this runs for every vote."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NotRequired, TypedDict
from uuid import UUID

from annotation.actions.votes import DisplayFacts
from annotation.errors import InvalidInput
from annotation.opinion import Opinion, parse_opinion
from webapp.api.parsing import check_names

_LARGEST = 2**31 - 1
_SMALL = 2**15 - 1
_ORDERS = 720 - 1
_WHOLE = {
    **dict.fromkeys(("duration_ms", "viewport_width", "viewport_height", "screen_width", "screen_height"), _LARGEST),
    **dict.fromkeys(("outline_hidden_ms", "whole_view_ms", "region_view_ms", "away_ms"), _LARGEST),
    **dict.fromkeys(("zoom_events", "edits"), _SMALL),
    "row_order": _ORDERS,
}
_FACTS = dict.fromkeys((*_WHOLE, "device_pixel_ratio", "full_window", "page_build", "client"))
_BALLOT = dict.fromkeys(("lease", "idempotency_key", "opinion", "facts"))


class OpinionShape(TypedDict):
    """Distortions 0 (extreme) to 5 (non-existent), quality and importance 0 to 4."""

    exposure: int
    noise: int
    blur: int
    contrast: int
    colorfulness: int
    compression: int
    quality: int
    importance: int


class FactsShape(TypedDict):
    duration_ms: int
    device_pixel_ratio: NotRequired[float | None]
    viewport_width: NotRequired[int | None]
    viewport_height: NotRequired[int | None]
    screen_width: NotRequired[int | None]
    screen_height: NotRequired[int | None]
    outline_hidden_ms: NotRequired[int | None]
    whole_view_ms: NotRequired[int | None]
    region_view_ms: NotRequired[int | None]
    zoom_events: NotRequired[int | None]
    away_ms: NotRequired[int | None]
    edits: NotRequired[int | None]
    row_order: NotRequired[int | None]
    full_window: NotRequired[bool | None]
    page_build: NotRequired[str]
    client: NotRequired[str]


class BallotShape(TypedDict):
    lease: str
    idempotency_key: UUID
    opinion: OpinionShape
    facts: FactsShape


@dataclass(frozen=True, slots=True)
class Ballot:
    lease: str
    idempotency_key: UUID
    opinion: Opinion
    facts: DisplayFacts


def read_ballot(body: Mapping[str, object]) -> Ballot:
    """Raises InvalidInput naming the first thing that is missing, unknown or out of range."""
    check_names(body, _BALLOT)
    lease, opinion, facts = body.get("lease"), body.get("opinion"), body.get("facts")
    if not isinstance(lease, str):
        raise InvalidInput("lease must be the text that came with the assignment.")
    if not isinstance(opinion, dict):
        raise InvalidInput("opinion must be an object of eight whole numbers.")
    if not isinstance(facts, dict):
        raise InvalidInput("facts must be an object with at least duration_ms.")
    return Ballot(lease, read_key(body.get("idempotency_key")), parse_opinion(opinion), read_facts(facts))


def read_facts(facts: Mapping[str, object]) -> DisplayFacts:
    check_names(facts, _FACTS)
    whole = {name: _read_whole(name, facts.get(name), most) for name, most in _WHOLE.items()}
    duration = whole.pop("duration_ms")
    if duration is None:
        raise InvalidInput("facts lacks duration_ms.")
    return DisplayFacts(
        duration_ms=duration,
        device_pixel_ratio=_read_ratio(facts.get("device_pixel_ratio")),
        full_window=_read_yes_no("full_window", facts.get("full_window")),
        page_build=_read_text("page_build", facts.get("page_build", ""), 40),
        client=_read_text("client", facts.get("client", ""), 200),
        **whole,
    )


def read_key(value: object) -> UUID:
    try:
        return UUID(value if isinstance(value, str) else "")
    except ValueError as error:
        raise InvalidInput("idempotency_key must be a UUID made by the client.") from error


def _read_whole(name: str, value: object, most: int) -> int | None:
    if value is None:
        return None
    if type(value) is not int or not 0 <= value <= most:
        raise InvalidInput(f"{name} must be a whole number from 0 to {most}, not {value!r}.")
    return value


def _read_ratio(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= 100:
        raise InvalidInput(f"device_pixel_ratio must be a number above 0 and at most 100, not {value!r}.")
    return float(value)


def _read_yes_no(name: str, value: object) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise InvalidInput(f"{name} must be true or false, not {value!r}.")


def _read_text(name: str, value: object, most: int) -> str:
    if not isinstance(value, str) or len(value) > most or not value.isprintable():
        raise InvalidInput(f"{name} must be at most {most} printable characters.")
    return value
