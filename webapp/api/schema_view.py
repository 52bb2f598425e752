"""The OpenAPI description itself, for everybody who is signed in."""

from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.settings import patched_settings
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.enums import (
    ExamKind,
    HookEvent,
    JobStatus,
    LabelStatus,
    RegionLevel,
    RegionStatus,
    RemarkKind,
    Role,
    StudyStatus,
)
from webapp.api.schema import describe
from webapp.api.views import Route

_NAMED = (ExamKind, HookEvent, JobStatus, LabelStatus, RegionLevel, RegionStatus, RemarkKind, Role, StudyStatus)
"""Sets that share a field's name with others, or are one and the same under several names."""
_PARTS = {"RegionDecision": [RegionStatus.ACCEPTED.value, RegionStatus.DISCARDED.value]}
"""Sets that are a part of another."""


class Schema(Route):
    @describe("This description, as OpenAPI 3", {"type": "object", "additionalProperties": {}})
    def get(self, request: Request) -> Response:
        return Response(description())


@cache
def description() -> dict[str, Any]:
    """The same for everybody and for as long as the process lives."""
    with patched_settings({"ENUM_NAME_OVERRIDES": {one.__name__: one.choices for one in _NAMED} | _PARTS}):
        generator = SchemaGenerator()  # type: ignore[no-untyped-call]
        return dict(generator.get_schema(request=None, public=True))  # type: ignore[no-untyped-call]
