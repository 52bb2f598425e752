"""More votes where the active model and the votes are far apart: asked for by a person, given as blindly as all others."""

from annotation.actions.adaptive import ask_for_seats
from annotation.actions.deeds import note
from annotation.enums import DeedKind, StudyStatus
from annotation.errors import Conflict
from annotation.models import Protocol, Study, User
from annotation.queries.apart import RULE, apart_in, most_votes
from annotation.queries.asking import budget_left

SEATS = 2
"""For each region; as many as the rules of doubt ask for at a time (`aggregation.adaptive`)."""


def ask_where_apart(*, study: Study, by: User | None = None) -> int:
    """Two more seats for each region that `apart_in` shows, as far as the study's budget goes; how many seats.

    What the model says goes no further than into the reason: no vote is weighed by it, and nobody who votes is told.
    Raises Conflict for a closed study, and where there is nothing to ask about or no budget left.
    """
    if study.status == StudyStatus.CLOSED:
        raise Conflict("The study is closed; open it to ask for more votes.", code="closed")
    protocol = Protocol.objects.filter(study=study).first()
    left = budget_left(protocol) if protocol else None
    added = 0
    for apart in apart_in(study)[0]:
        wanted = SEATS if left is None else min(SEATS, left - added)
        if wanted <= 0:
            break
        reasons = [f"{RULE} {apart.scale}"]
        added += ask_for_seats(region_id=apart.region.pk, seats=wanted, most=most_votes(study), reasons=reasons)
    if not added:
        raise Conflict(
            "No region is left to ask about, or the budget of extra votes is used up.", code="nothing_to_ask"
        )
    note(study_id=study.pk, kind=DeedKind.VOTES_ASKED, by=by, after=added)
    return added
