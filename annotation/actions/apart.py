"""More votes where the active model and the votes are far apart: asked for by a person, given as blindly as all others."""

from django.db import transaction

from annotation.actions.seats import add_seat
from annotation.enums import StudyStatus
from annotation.errors import Conflict
from annotation.models import Assignment, Label, Protocol, SeatRequest, Study
from annotation.queries.apart import RULE, Apart, apart_in, most_votes
from annotation.queries.asking import budget_left
from annotation.queries.hot_rows import lock_region

SEATS = 2
"""For each region; as many as the rules of doubt ask for at a time (`aggregation.adaptive`)."""


def ask_where_apart(*, study: Study) -> int:
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
        added += _ask(apart, wanted, most_votes(study)) if wanted > 0 else 0
    if not added:
        raise Conflict(
            "No region is left to ask about, or the budget of extra votes is used up.", code="nothing_to_ask"
        )
    return added


def _ask(apart: Apart, wanted: int, most: int) -> int:
    """Under the region's lock, since a vote or another person's wish may have changed everything."""
    with transaction.atomic():
        region = lock_region(apart.region.pk)
        if Assignment.objects.open().filter(region=region).exists():
            return 0
        votes = Label.objects.values_list("votes", flat=True).get(region=region)
        seats = min(wanted, most - votes)
        if seats <= 0:
            return 0
        reasons = [f"{RULE} {apart.scale}"]
        SeatRequest.objects.create(study_id=region.study_id, region=region, seats=seats, votes=votes, reasons=reasons)
        for _ in range(seats):
            add_seat(region=region)
        return seats
