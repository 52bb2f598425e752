"""More votes where the active model and the votes are far apart: asked for by a person, given as blindly as all others."""

from django.db import transaction

from annotation.actions.adaptive import ask_for_seats, lock_to_ask
from annotation.actions.deeds import note
from annotation.enums import DeedKind
from annotation.errors import Conflict
from annotation.models import Protocol, Region, Study, User
from annotation.queries.apart import RULE, apart_in, most_votes
from annotation.queries.asking import budget_left

SEATS = 2
"""For each region; as many as the rules of doubt ask for at a time (`aggregation.adaptive`)."""


def ask_where_apart(*, study: Study, by: User | None = None) -> int:
    """Two more seats for each region that `apart_in` shows, as far as the study's budget goes; how many seats.

    What the model says goes no further than into the reason: no vote is weighed by it, and nobody who votes is told.
    Raises Conflict for a closed study, and where there is nothing to ask about or no budget left.
    """
    with transaction.atomic():
        fresh = lock_to_ask(study)
        found, most = apart_in(fresh)[0], most_votes(fresh)
        list(
            Region.objects.filter(pk__in=[apart.region.pk for apart in found])
            .select_for_update(no_key=True)
            .order_by("pk")
        )
        protocol = Protocol.objects.filter(study=fresh).first()
        left = budget_left(protocol) if protocol else None
        added = 0
        for apart in found:
            wanted = SEATS if left is None else min(SEATS, left - added)
            if wanted <= 0:
                break
            added += ask_for_seats(
                region_id=apart.region.pk, seats=wanted, most=most, reasons=[f"{RULE} {apart.scale}"]
            )
        if not added:
            raise Conflict(
                "No region is left to ask about, or the budget of extra votes is used up.", code="nothing_to_ask"
            )
        note(study_id=study.pk, kind=DeedKind.VOTES_ASKED, by=by, after=added)
        return added
