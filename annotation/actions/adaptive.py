"""More votes where the label is in doubt: a few seats at a time, each with its reason, up to the cap and the study's budget."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from annotation.actions.seats import add_seat
from annotation.enums import RegionStatus, StudyStatus
from annotation.errors import Conflict
from annotation.models import Assignment, Gold, Label, Protocol, SeatRequest, Study
from annotation.queries.asking import asking_of, budget_left
from annotation.queries.hot_rows import lock_region

if TYPE_CHECKING:
    from annotation.aggregation.adaptive import Asking, Wish

RECENT = timedelta(minutes=15)
CHUNK = 2_000


def studies_that_ask() -> list[Study]:
    return list(Study.objects.filter(status=StudyStatus.OPEN, protocol__adaptive=True).order_by("pk"))


def ask_for_more(*, study: Study, only_recent: bool = False) -> int:
    """Adds the seats that the rules ask for now; how many.

    Looked at are labels with all their votes, no open seat, no decision and no known answer; those that gain most come first
    when the budget is short. `only_recent` looks at labels that changed in the last minutes.
    """
    protocol = Protocol.objects.filter(study=study, adaptive=True).first()
    if protocol is None:
        return 0
    left = budget_left(protocol)
    wishes = _wishes(_candidates(study, protocol, only_recent), asking_of(study, protocol))
    added = 0
    for region_id, wish in sorted(wishes, key=lambda pair: (-pair[1].gain, pair[0])):
        seats = wish.seats if left is None else min(wish.seats, left - added)
        if seats <= 0:
            break
        reasons = [str(reason) for reason in wish.reasons]
        added += ask_for_seats(region_id=region_id, seats=seats, most=protocol.votes_cap, reasons=reasons)
    return added


def _candidates(study: Study, protocol: Protocol, only_recent: bool) -> QuerySet[Label]:
    waiting = Assignment.objects.open().filter(region=OuterRef("region"))
    full = Label.objects.settled().filter(
        ~Exists(waiting),
        study=study,
        adjudication=None,
        region__gold=None,
        votes__lt=protocol.votes_cap,
        region__status=RegionStatus.ACCEPTED,
    )
    return full.filter(updated_at__gte=timezone.now() - RECENT) if only_recent else full


def _wishes(labels: QuerySet[Label], asking: "Asking") -> Iterable[tuple[int, "Wish"]]:
    from annotation.aggregation.adaptive import wish_of  # slow import

    for label in labels.order_by("region").iterator(CHUNK):
        wish = wish_of(label.histograms(), asking)
        if wish.seats:
            yield label.region_id, wish


def lock_to_ask(study: Study) -> Study:
    """Those who ask by hand do so one after the other, so that a budget is spent once. Raises Conflict for a closed study."""
    fresh = Study.objects.select_for_update(no_key=True).get(pk=study.pk)
    if fresh.status == StudyStatus.CLOSED:
        raise Conflict("The study is closed; open it to ask for more votes.", code="closed")
    return fresh


def ask_for_seats(*, region_id: int, seats: int, most: int, reasons: Sequence[str]) -> int:
    """At most so many, up to `most` votes, under the region's lock, since a vote may have changed everything; none when seats
    are open by now, and none for a region with a known answer.
    """
    with transaction.atomic():
        region = lock_region(region_id)
        if Assignment.objects.open().filter(region=region).exists() or Gold.objects.filter(region=region).exists():
            return 0
        votes = Label.objects.values_list("votes", flat=True).get(region=region)
        added = min(seats, most - votes)
        if added <= 0:
            return 0
        SeatRequest.objects.create(
            study_id=region.study_id, region=region, seats=added, votes=votes, reasons=list(reasons)
        )
        for _ in range(added):
            add_seat(region=region)
        return added
