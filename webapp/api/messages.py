"""What managers tell annotators."""

from datetime import datetime
from typing import TypedDict

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.actions.messages import LONGEST, mark_read, send_message
from annotation.models import Message
from annotation.queries.messages import messages_for, receipts_of, sent_in, unread_by
from webapp import access
from webapp.api.paging import paginate
from webapp.api.parsing import parse
from webapp.api.schema import Page, describe
from webapp.api.views import Route


class NewMessage(serializers.Serializer[Message]):
    """`member` is the id of a member; left out, the message is for all annotators."""

    text = serializers.CharField(max_length=LONGEST)
    member = serializers.IntegerField(min_value=1, required=False, allow_null=True)


class MessageFacts(TypedDict):
    id: int
    text: str
    created_at: datetime


class SentMessage(MessageFacts):
    """`to` is a user name, null for all annotators; `read` of `of` people have read it."""

    to: str | None
    read: int
    of: int


class OwnMessage(MessageFacts):
    read: bool


class Messages(Route):
    paged = True

    @describe("What was sent in the study, newest first, with the number of readers", Page(SentMessage), errors=(404,))
    def get(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.MANAGERS)
        page = paginate(request, sent_in(study), lambda row: row, newest_first=True)
        rows = [row for row in page["results"] if isinstance(row, Message)]
        page["results"] = [sent_shape(one.message, one.read, one.of) for one in receipts_of(rows)]
        return Response(page)

    @describe(
        "Send a message to all annotators or to one person", SentMessage, status=201, body=NewMessage, errors=(404, 409)
    )
    def post(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.MANAGERS)
        given = parse(NewMessage, request)
        member = access.member_of(study, given["member"]) if given.get("member") else None
        sent = send_message(study=study, by=self.person, text=given["text"], to=member.user if member else None)
        sent.refresh_from_db()
        (receipt,) = receipts_of([sent])
        return Response(sent_shape(sent, receipt.read, receipt.of), status=201)


class MessagesMine(Route):
    paged = True

    @describe("What I was told in the study, newest first", Page(OwnMessage), errors=(404,))
    def get(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug)
        unread = set(unread_by(self.person, study).values_list("pk", flat=True))
        mine = messages_for(self.person).filter(study=study)
        return Response(paginate(request, mine, lambda row: own_shape(row, unread), newest_first=True))


class MessageReading(Route):
    @describe("I have read a message", status=204, errors=(404,))
    def put(self, request: Request, pk: int) -> Response:
        mark_read(message=access.message_for(self.person, pk), by=self.person)
        return Response(status=204)


def sent_shape(row: Message, read: int, of: int) -> SentMessage:
    to = row.recipient.get_username() if row.recipient else None
    return {"id": row.pk, "text": row.text, "created_at": row.created_at, "to": to, "read": read, "of": of}


def own_shape(row: Message, unread: set[int]) -> OwnMessage:
    return {"id": row.pk, "text": row.text, "created_at": row.created_at, "read": row.pk not in unread}
