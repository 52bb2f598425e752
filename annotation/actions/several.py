"""One decision about several regions: each is decided for itself, and those where it cannot be are left alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from annotation.actions.adaptive import ask_for_seats, lock_to_ask
from annotation.actions.deeds import note
from annotation.actions.regions import accept, discard
from annotation.enums import DeedKind, RegionStatus
from annotation.errors import Conflict, InvalidInput
from annotation.models import Protocol, Region, Study, User
from annotation.queries.apart import most_votes
from annotation.queries.asking import budget_left

MOST_REGIONS = 500
MOST_SEATS = 10
RULE = "person"
"""The reason of a request that a person made."""


@dataclass(frozen=True, slots=True)
class Done:
    """Of how many regions it is true now, how many were left as they are, and how many seats were added."""

    regions: int
    left: int
    seats: int = 0


def ask_for_several(*, study: Study, region_ids: Sequence[int], seats: int, by: User) -> Done:
    """So many more votes on each region that has a label and no open seat, up to the study's most and its budget.

    Raises InvalidInput for another number of seats or regions that are none of the study's, Conflict for a closed study.
    """
    if not 1 <= seats <= MOST_SEATS:
        raise InvalidInput(f"Ask for 1 to {MOST_SEATS} more votes on each region, not {seats}.")
    with transaction.atomic():
        fresh = lock_to_ask(study)
        regions = _regions(fresh, region_ids)
        protocol = Protocol.objects.filter(study=fresh).first()
        left = budget_left(protocol) if protocol else None
        asked, added, most = 0, 0, most_votes(fresh)
        for region in regions:
            wanted = seats if left is None else min(seats, left - added)
            if wanted > 0 and region.status == RegionStatus.ACCEPTED and hasattr(region, "label"):
                got = ask_for_seats(region_id=region.pk, seats=wanted, most=most, reasons=[RULE])
                asked, added = asked + bool(got), added + got
        if added:
            note(study_id=study.pk, kind=DeedKind.VOTES_ASKED, by=by, after=added)
        return Done(asked, len(regions) - asked, added)


def decide_several(*, study: Study, region_ids: Sequence[int], status: str, by: User) -> Done:
    """Accepts or discards. Raises InvalidInput for another status, or regions that are none of the study's."""
    verbs = {str(RegionStatus.ACCEPTED): accept, str(RegionStatus.DISCARDED): discard}
    if status not in verbs:
        raise InvalidInput(f"The status must be one of {', '.join(verbs)}, not {status!r}.")
    regions = _regions(study, region_ids)
    decided = 0
    for region in regions:
        try:
            verbs[status](region=region, by=by)
            decided += 1
        except Conflict:
            continue  # it has votes, or a known answer
    return Done(decided, len(regions) - decided)


def _regions(study: Study, ids: Sequence[int]) -> list[Region]:
    wanted = set(ids)
    if not 1 <= len(wanted) <= MOST_REGIONS:
        raise InvalidInput(f"Choose 1 to {MOST_REGIONS} regions, not {len(wanted)}.")
    found = list(Region.objects.filter(study=study, pk__in=wanted).select_related("label").order_by("pk"))
    if len(found) < len(wanted):
        raise InvalidInput("Some of these regions are not in this study.")
    return found
