"""How much a person has done of what they may do: work of whatever purpose counts, so that a limit tells nothing."""

from dataclasses import dataclass
from datetime import datetime

from annotation.enums import Purpose
from annotation.models import Membership, Study, User, Vote
from annotation.queries.sittings import day_start, tomorrow


@dataclass(frozen=True, slots=True)
class Reached:
    """A limit of the person's; `until` is empty where it is one for good."""

    until: datetime | None


def limit_reached(study: Study, annotator: User, member: Membership, held: int) -> Reached | None:
    """`held` seats are counted as done. No statement for people without limits."""
    if member.votes_at_most is None and member.votes_per_day is None:
        return None
    work = Vote.objects.filter(study=study, annotator=annotator, retracted_at=None)
    work = work.exclude(purpose__in=[Purpose.TRAINING, Purpose.EXAM])
    if member.votes_at_most is not None and work.count() + held >= member.votes_at_most:
        return Reached(until=None)
    today = work.filter(created_at__gte=day_start())
    if member.votes_per_day is not None and today.count() + held >= member.votes_per_day:
        return Reached(until=tomorrow())
    return None
