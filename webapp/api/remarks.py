"""Remarks of the person who rates: "I cannot judge this", or a flag beside the vote."""

from collections.abc import Mapping
from datetime import datetime
from typing import NotRequired, TypedDict
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from annotation.actions.leases import read_lease_token
from annotation.actions.remarks import Words, remark
from annotation.enums import RemarkKind, RemarkReason
from annotation.errors import InvalidInput
from webapp import access
from webapp.api.ballots import read_key
from webapp.api.parsing import body_of, check_names
from webapp.api.schema import describe
from webapp.api.views import Route

_REMARK = dict.fromkeys(("lease", "idempotency_key", "kind", "reason", "text"))


class RemarkShape(TypedDict):
    """`text` is needed where the reason is `other`."""

    lease: str
    idempotency_key: UUID
    kind: RemarkKind
    reason: RemarkReason
    text: NotRequired[str]


class RemarkKept(TypedDict):
    id: int
    created: bool
    created_at: datetime


class Remarks(Route):
    rating = True

    @describe(
        "Say that I cannot judge a region (somebody else gets it, I never again), or flag it for the manager; "
        "the same idempotency key is the same remark (200)",
        RemarkKept,
        status=201,
        body=RemarkShape,
        errors=(404, 409),
        more={200: RemarkKept},
    )
    def post(self, request: Request) -> Response:
        body = body_of(request)
        check_names(body, _REMARK)
        words, key = read_words(body), read_key(body.get("idempotency_key"))
        region_id = access.leased_region_for(self.person, read_lease_token(read_lease(body), self.person))
        said = remark(annotator=self.person, region_id=region_id, words=words, idempotency_key=key)
        kept = RemarkKept(id=said.remark.pk, created=said.created, created_at=said.remark.created_at)
        return Response(kept, status=201 if said.created else 200)


def read_words(body: Mapping[str, object]) -> Words:
    kind, reason, text = body.get("kind"), body.get("reason"), body.get("text", "")
    if kind not in RemarkKind.values:
        raise InvalidInput(f"kind must be one of {', '.join(RemarkKind.values)}.")
    if reason not in RemarkReason.values:
        raise InvalidInput(f"reason must be one of {', '.join(RemarkReason.values)}.")
    if not isinstance(text, str):
        raise InvalidInput("text must be a text.")
    return Words(RemarkKind(kind), RemarkReason(reason), text)


def read_lease(body: Mapping[str, object]) -> str:
    lease = body.get("lease")
    if not isinstance(lease, str):
        raise InvalidInput("lease must be the text that came with the assignment.")
    return lease
