"""Gold: the answer experts agree on for a region that is used to teach or to check people."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from annotation.actions.seats import drop_open_seats
from annotation.enums import GoldUse, LabelStatus, RegionStatus
from annotation.errors import Conflict, InvalidInput
from annotation.models import Gold, Label, Region, User
from annotation.opinion import Opinion
from annotation.scales import NON_EXISTENT, SCALES

LEAST_VOTES = 7
"""Under a label that is taken as an expert answer."""
LONGEST = 500


def mark_gold(*, region: Region, by: User, use: str, opinion: Opinion, explanation: str = "") -> Gold:
    """Gives a region its known answer; its open seats go. Marking again replaces use and answer, and ends a retirement.

    Raises InvalidInput for an unknown use or a long explanation, Conflict for a region that is not accepted.
    """
    if use not in GoldUse.values:
        raise InvalidInput(f"The use must be one of {', '.join(GoldUse.values)}, not {use!r}.")
    if len(explanation) > LONGEST:
        raise InvalidInput(f"The explanation has {len(explanation)} characters; the most is {LONGEST}.")
    with transaction.atomic():
        fresh = Region.objects.select_for_update().get(pk=region.pk)
        if fresh.status != RegionStatus.ACCEPTED:
            raise Conflict("Only an accepted region can have a known answer; accept it first.", code="not_accepted")
        drop_open_seats(region=fresh)
        values = {"study_id": fresh.study_id, "use": use, "explanation": explanation.strip(), "added_by": by}
        answer = {scale: getattr(opinion, scale) for scale in SCALES}
        gold, _ = Gold.objects.update_or_create(region=fresh, defaults={**values, **answer, "retired_at": None})
        return gold


def gold_from_label(*, region: Region, by: User, use: str, explanation: str = "") -> Gold:
    """Takes the region's settled label as its known answer. Raises Conflict while the label is not settled by enough votes."""
    opinion = opinion_of(Label.objects.filter(region=region).first())
    if opinion is None:
        raise Conflict(f"This region has no settled label of at least {LEAST_VOTES} votes.", code="not_settled")
    return mark_gold(region=region, by=by, use=use, opinion=opinion, explanation=explanation)


def opinion_of(label: Label | None) -> Opinion | None:
    """A settled label of enough votes as the answer one person would have given."""
    if label is None or label.status != LabelStatus.SETTLED or label.votes < LEAST_VOTES:
        return None
    levels: Mapping[str, int | None] = {scale: getattr(label, f"{scale}_level") for scale in SCALES}
    return Opinion(**{scale: NON_EXISTENT if level is None else level for scale, level in levels.items()})


def retire_gold(*, gold: Gold) -> Gold:
    """Takes it out of use. The region gets no seats again: people have been told its answer, or may have guessed it."""
    Gold.objects.filter(pk=gold.pk, retired_at=None).update(retired_at=timezone.now())
    gold.refresh_from_db()
    return gold
