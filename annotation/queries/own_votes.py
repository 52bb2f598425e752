"""A person's own last votes that may still be taken back."""

from datetime import timedelta

from django.utils import timezone

from annotation.enums import Purpose
from annotation.models import Protocol, Study, User, Vote

WITHOUT_PROTOCOL = 1
"""Votes that the rating screen offers then; the time does not matter."""


def last_votes(study: Study, person: User) -> list[Vote]:
    """Newest first, with their seats: at most as many and as old as the protocol says. They all look alike.

    A vote of training or exam stands, and is none of them.
    """
    protocol = Protocol.objects.filter(study=study).first()
    said = Vote.objects.filter(study=study, annotator_id=person.pk, retracted_at=None)
    said = said.exclude(purpose__in=(Purpose.TRAINING, Purpose.EXAM))
    if protocol is not None:
        said = said.filter(created_at__gte=timezone.now() - timedelta(minutes=protocol.undo_minutes))
    most = WITHOUT_PROTOCOL if protocol is None else protocol.undo_votes
    return list(said.select_related("assignment").order_by("-created_at", "-pk")[:most])
