"""Votes from the seat of a check, as the API casts them."""

from uuid import UUID

from annotation.actions.checks import check_into
from annotation.actions.votes import Cast, DisplayFacts, stored_once
from annotation.models import Assignment, User
from annotation.opinion import Opinion
from annotation.queries.hot_rows import lock_region_for


def cast_check(*, annotator: User, seat_id: int, opinion: Opinion, idempotency_key: UUID, facts: DisplayFacts) -> Cast:
    region_id = Assignment.objects.values_list("region_id", flat=True).get(pk=seat_id)
    what = {"opinion": opinion, "idempotency_key": idempotency_key, "facts": facts}
    with stored_once():
        return check_into(lock_region_for(region_id, annotator.pk), annotator=annotator, seat_id=seat_id, **what)
