"""By which rules a study asks for more votes, and how many it may still ask for."""

from typing import TYPE_CHECKING

from django.db.models import Sum

from annotation.models import Protocol, SeatRequest, Study
from annotation.queries.noise import noise_at

if TYPE_CHECKING:
    from annotation.aggregation.adaptive import Asking


def asking_of(study: Study, protocol: Protocol) -> "Asking":
    from annotation.aggregation.adaptive import Asking  # slow import

    cap = max(protocol.votes_cap, study.votes_wanted)
    return Asking(floor=study.votes_wanted, cap=cap, noise=noise_at(study))


def budget_left(protocol: Protocol) -> int | None:
    """Extra votes that may still be asked for; None without a limit."""
    if protocol.votes_budget is None:
        return None
    asked = SeatRequest.objects.filter(study=protocol.study_id).aggregate(seats=Sum("seats"))["seats"] or 0
    return max(0, protocol.votes_budget - asked)
