"""Which messages are whose, and who has read them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from annotation.enums import Role
from annotation.models import Membership, Message, MessageReading, Study, User


def messages_for(user: User) -> QuerySet[Message]:
    """To the person, and to all annotators of a study since they are one, newest first."""
    mine = Membership.objects.filter(user=user, active=True, study=OuterRef("study"))
    rated = mine.filter(role=Role.ANNOTATOR, created_at__lte=OuterRef("created_at"))
    to_me, to_all = Q(Exists(mine), recipient=user), Q(Exists(rated), recipient=None)
    return Message.objects.filter(to_me | to_all).order_by("-created_at", "-pk")


def unread_by(user: User, study: Study | None = None) -> QuerySet[Message]:
    """Of all studies, or of one."""
    read = MessageReading.objects.filter(message=OuterRef("pk"), reader=user)
    unread = messages_for(user).filter(~Exists(read)).select_related("study")
    return unread if study is None else unread.filter(study=study)


@dataclass(frozen=True, slots=True)
class Sent:
    """A message as its senders see it: how many of how many have read it, and who has not."""

    message: Message
    read: int
    of: int
    unread_names: tuple[str, ...]


def sent_in(study: Study) -> QuerySet[Message]:
    """Newest first, with the number of readers as `read`."""
    rows = Message.objects.filter(study=study).select_related("recipient", "sender")
    return rows.annotate(read=Count("readings")).order_by("-created_at", "-pk")


def receipts_of(messages: Sequence[Message]) -> list[Sent]:
    """Two queries for a page of messages of one study."""
    if not messages:
        return []
    read: dict[int, set[int]] = {}
    for message_id, reader_id in MessageReading.objects.filter(message__in=messages).values_list("message", "reader"):
        read.setdefault(message_id, set()).add(reader_id)
    raters = Membership.objects.filter(study=messages[0].study_id, role=Role.ANNOTATOR, active=True)
    people = list(raters.select_related("user").order_by("user__username"))
    return [_receipt(message, people, read.get(message.pk, set())) for message in messages]


def _receipt(message: Message, people: Sequence[Membership], read: set[int]) -> Sent:
    if message.recipient is not None:
        left = () if message.recipient_id in read else (message.recipient.get_username(),)
        return Sent(message, 1 - len(left), 1, left)
    meant = [one for one in people if one.created_at <= message.created_at]
    unread = tuple(one.user.get_username() for one in meant if one.user_id not in read)
    return Sent(message, len(meant) - len(unread), len(meant), unread)
