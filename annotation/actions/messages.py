"""What managers tell annotators: plain text, to one or to all, until it was read."""

from django.db import transaction

from annotation.errors import Conflict, InvalidInput
from annotation.models import Membership, Message, MessageReading, Study, User
from annotation.queries.messages import messages_for

LONGEST = 2000


def send_message(*, study: Study, by: User, text: str, to: User | None = None) -> Message:
    """To one person of the study, or to all its annotators. Raises InvalidInput for no text, Conflict for a stranger."""
    words = text.replace("\r\n", "\n").strip()
    if not words or len(words) > LONGEST or "\0" in words:
        raise InvalidInput(f"A message has 1 to {LONGEST} characters.")
    if to is not None and not Membership.objects.filter(study=study, user=to, active=True).exists():
        raise Conflict("This person is not in the study, so the message would reach nobody.", code="not_a_member")
    return Message.objects.create(study=study, sender=by, recipient=to, text=words)


def mark_read(*, message: Message, by: User) -> None:
    """Once for each; reading twice changes nothing. Raises Conflict for a message that is not the person's."""
    with transaction.atomic():
        if not messages_for(by).filter(pk=message.pk).exists():
            raise Conflict("This message is not for you.", code="not_yours")
        MessageReading.objects.get_or_create(message=message, reader=by)
