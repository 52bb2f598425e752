"""JSON in: one object, of bounded size. What it must hold is each route's own business."""

from collections.abc import Callable, Mapping
from json import JSONDecoder
from typing import IO, Any, cast

from django.conf import settings
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.serializers import Serializer
from rest_framework.utils.json import strict_constant

from annotation.errors import InvalidInput


class TooLarge(APIException):
    status_code = 413
    default_code = "too_large"


class ObjectParser(JSONParser):
    """Nothing but an object, and a 400 for whatever cannot be read."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        return _object(lambda: super(ObjectParser, self).parse(stream, media_type, parser_context))


_decode = JSONDecoder(parse_constant=strict_constant).decode


def _object(read: Callable[[], object]) -> dict[str, Any]:
    try:
        value = read()
    except RecursionError as error:
        raise ParseError("The JSON is nested too deeply.") from error
    except ValueError as error:
        raise ParseError(f"JSON parse error - {error}") from error
    if not isinstance(value, dict):
        raise ParseError("The body must be a JSON object.")
    return value


def check_size(request: Request, limit: int | None = None) -> None:
    """Raises TooLarge before the body is read."""
    most = limit or settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length) > most:
        raise TooLarge(f"The request has {int(length):,} bytes; at most {most:,} are taken here.")


def body_of(request: Request) -> dict[str, Any]:
    """Plain JSON, which nearly all clients send, is read without DRF's search for a parser and for files."""
    if request.META.get("CONTENT_TYPE") != ObjectParser.media_type:
        return cast(dict[str, Any], request.data)
    return object_in(request.body)


def object_in(body: bytes) -> dict[str, Any]:
    """Raises ParseError. No body at all is an empty object."""
    return _object(lambda: _decode(body.decode())) if body else {}


def parse(shape: type[Serializer[Any]], request: Request, *, partial: bool = False) -> dict[str, Any]:
    """The body as the serializer understands it. Raises ValidationError, or InvalidInput for a field nobody knows."""
    body = body_of(request)
    serializer = shape(data=body, partial=partial)
    check_names(body, serializer.fields)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def check_names(body: Mapping[str, object], known: Mapping[str, object]) -> None:
    unknown = sorted(set(body) - set(known))
    if unknown:
        raise InvalidInput(f"Unknown: {', '.join(unknown)}. Known: {', '.join(known)}.", code="unknown_field")
