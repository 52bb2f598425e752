"""Adjudication: a reviewer decides where the votes do not. The decision is a row; the label says that it rests on one."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from annotation.actions.labels import refresh_label
from annotation.actions.seats import add_seats_for_ties
from annotation.actions.texts import check_text
from annotation.aggregation.labels import is_tied
from annotation.enums import LabelStatus
from annotation.errors import Conflict, InvalidInput
from annotation.models import Adjudication, Label, Region, User, Vote
from annotation.opinion import DISTORTIONS, SCALES, check_level
from annotation.queries.hot_rows import lock_region


def adjudicate(*, region: Region, by: User, levels: Mapping[str, int], reason: str) -> Adjudication:
    """Decides the scales in `levels`; the others keep what the votes say. Level 5 of a distortion is "without".

    Raises InvalidInput for levels or a reason that make no sense or leave a tie undecided; Conflict when there are too few
    votes, the person voted on the region, or another decision stands.
    """
    reason = _reason(reason)
    _check_levels(levels)
    with transaction.atomic():
        locked = lock_region(region.pk)
        _check_tie(_label_for(locked, by), levels)
        made = Adjudication.objects.create(
            study_id=locked.study_id, region=locked, made_by=by, reason=reason, **dict(levels)
        )
        refresh_label(region=locked)
        return made


def withdraw(*, adjudication: Adjudication, by: User) -> Adjudication:
    """The votes alone decide again; a tie asks for one more. Raises Conflict when it was withdrawn before."""
    with transaction.atomic():
        region = lock_region(adjudication.region_id)
        fresh = Adjudication.objects.get(pk=adjudication.pk)
        if fresh.withdrawn_at is not None:
            raise Conflict("This decision was withdrawn before.", code="withdrawn")
        fresh.withdrawn_at, fresh.withdrawn_by = timezone.now(), by
        fresh.save(update_fields=["withdrawn_at", "withdrawn_by"])
        refresh_label(region=region)
        add_seats_for_ties(regions=[region])
        return fresh


def _reason(text: str) -> str:
    text = text.strip()
    if not 0 < len(text) <= 500:
        raise InvalidInput("A decision needs a reason of 1 to 500 characters.")
    check_text(text)
    return text


def _check_levels(levels: Mapping[str, int]) -> None:
    unknown = sorted(set(levels) - set(SCALES))
    if unknown:
        raise InvalidInput(f"Unknown scales: {', '.join(unknown)}. Known: {', '.join(SCALES)}.")
    if not levels:
        raise InvalidInput("Decide at least one scale.")
    for scale, level in levels.items():
        check_level(scale, level)


def _label_for(region: Region, by: User) -> Label:
    label = Label.objects.filter(region=region).first()
    if label is None or label.status == LabelStatus.OPEN:
        raise Conflict("This region is still being voted on; decide when it has its votes.", code="open")
    if Adjudication.objects.filter(region=region, withdrawn_at=None).exists():
        raise Conflict("A decision stands already; withdraw it first.", code="adjudicated")
    if Vote.objects.filter(region=region, annotator=by, retracted_at=None).exists():
        raise Conflict("You voted on this region; somebody else has to decide.", code="own_vote")
    return label


def _check_tie(label: Label, levels: Mapping[str, int]) -> None:
    tied = [scale for scale in DISTORTIONS if is_tied(getattr(label, f"{scale}_votes")) and scale not in levels]
    if tied:
        raise InvalidInput(f"The votes are tied on {', '.join(tied)}; decide that too.")
