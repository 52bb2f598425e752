"""Gold: the answer experts agree on for a region that is used to teach or to check people."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from annotation.actions.deeds import note
from annotation.actions.seats import drop_open_seats
from annotation.enums import DeedKind, GoldUse, LabelStatus, RegionStatus
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
        before = Gold.objects.filter(region=fresh).first()
        gold, _ = Gold.objects.update_or_create(region=fresh, defaults={**values, **answer, "retired_at": None})
        _note(gold, DeedKind.GOLD_MARKED, by, before=_in_words(before) if before else "", after=_in_words(gold))
        return gold


def opinion_of(label: Label | None) -> Opinion | None:
    """A settled label of enough votes as the answer one person would have given; None of any other."""
    if label is None or label.status != LabelStatus.SETTLED or label.votes < LEAST_VOTES:
        return None
    levels: Mapping[str, int | None] = {scale: getattr(label, f"{scale}_level") for scale in SCALES}
    return Opinion(**{scale: NON_EXISTENT if level is None else level for scale, level in levels.items()})


def retire_gold(*, gold: Gold, by: User | None = None) -> Gold:
    """Takes it out of use. The region gets no seats again: people have been told its answer, or may have guessed it."""
    with transaction.atomic():
        if Gold.objects.filter(pk=gold.pk, retired_at=None).update(retired_at=timezone.now()):
            _note(gold, DeedKind.GOLD_RETIRED, by, before=_in_words(gold))
    gold.refresh_from_db()
    return gold


def _note(gold: Gold, kind: DeedKind, by: User | None, *, before: str, after: str = "") -> None:
    region = gold.region_id
    note(study_id=gold.study_id, kind=kind, by=by, subject=str(region), target=region, before=before, after=after)


def _in_words(gold: Gold) -> str:
    return f"{gold.use}: " + ", ".join(f"{scale} {getattr(gold, scale)}" for scale in SCALES)
