"""The OpenAPI description: its shapes are the TypedDicts the views answer with, so that it cannot drift from them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, is_typeddict

from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import resolve_type_hint
from drf_spectacular.utils import Direction, OpenApiParameter, OpenApiResponse, extend_schema

from webapp.api.errors import ProblemAnswer
from webapp.api.filters import Filter
from webapp.api.paging import LIMIT, MOST

View = TypeVar("View", bound=Callable[..., Any])

_WHEN = {
    400: "The input makes no sense.",
    401: "Not signed in, or the token is not good.",
    403: "Signed in, but not allowed: role, token scope or CSRF.",
    404: "There is no such thing for you.",
    409: "Makes sense, but not in the present state.",
    413: "The request is too large.",
    429: "Too many requests; wait as Retry-After says.",
}


@dataclass(frozen=True)
class Page:
    """A page of some shape, for `describe`."""

    of: type


@dataclass(frozen=True)
class Bytes:
    """A file as the answer."""

    media_type: str


def describe(
    summary: str,
    answer: Any = None,
    *,
    status: int = 200,
    body: Any = None,
    errors: tuple[int, ...] = (),
    more: Mapping[int, Any] | None = None,
) -> Callable[[View], View]:
    """`extend_schema` for one method; the refusals every route has are added."""
    first: dict[Any, Any] = {status: answer}
    if isinstance(answer, Bytes):
        first = {(status, answer.media_type): OpenApiResponse(response=bytes, description="The file.")}
    refusals = {code: OpenApiResponse(ProblemAnswer, _WHEN[code]) for code in sorted({400, 401, 403, 429, *errors})}
    responses = {**first, **(more or {}), **refusals}
    return extend_schema(summary=summary, request=body, responses=responses)


class RouteSchema(AutoSchema):
    """Adds what a Route declares: its filters and its paging."""

    def get_override_parameters(self) -> list[Any]:
        parameters = list(super().get_override_parameters())
        if self.method != "GET":
            return parameters
        filters: dict[str, Filter] = getattr(self.view, "filters", {})
        parameters += [_parameter(name, one.schema) for name, one in filters.items()]
        if getattr(self.view, "paged", False):
            parameters.append(_parameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT}))
            parameters.append(_parameter("cursor", {"type": "string"}))
        return parameters

    def get_tags(self) -> list[str]:
        return [self.view.__class__.__module__.rpartition(".")[2]]

    def get_operation_id(self) -> str:
        return f"{self.method.lower()}{self.view.__class__.__name__}"

    def _is_list_view(self, serializer: Any = None) -> bool:
        return False


def _parameter(name: str, schema: Any) -> Any:
    return OpenApiParameter(name, dict(schema), OpenApiParameter.QUERY)


class _TypedDictShape(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    @classmethod
    def _matches(cls, target: Any) -> bool:
        return is_typeddict(target)

    def get_name(self, auto_schema: AutoSchema, direction: Direction) -> str:
        return str(self.target.__name__)

    def map_serializer(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        return dict(resolve_type_hint(self.target))  # type: ignore[no-untyped-call]


class _PageShape(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    target_class = Page

    def get_name(self, auto_schema: AutoSchema, direction: Direction) -> str:
        return f"{self.target.of.__name__}Page"

    def map_serializer(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        results = {"type": "array", "items": auto_schema.resolve_serializer(self.target.of, direction).ref}
        properties = {"next": link, "previous": link, "results": results}
        return {"type": "object", "properties": properties, "required": list(properties)}


class _TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "webapp.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "A personal token, gull_..."}


class _SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "webapp.api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
