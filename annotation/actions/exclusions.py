"""Exclusion: a person decides that somebody's votes do not count. Dated, with a reason, and lifted in the same way."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from annotation.actions.labels import refresh_label
from annotation.actions.seats import add_seats_for_ties, fill_seats, give_back_seats, trim_seats
from annotation.actions.texts import check_text
from annotation.errors import Conflict, InvalidInput
from annotation.models import Exclusion, Membership, Region, Study, User, Vote


def exclude(*, study: Study, annotator: User, by: User, reason: str) -> Exclusion:
    """The person's votes no longer count, every label follows, lost votes are asked for anew; the person gets no regions.

    Raises InvalidInput without a reason or for somebody who never was in the study, Conflict when they are excluded already.
    """
    reason = _reason(reason)
    if not Membership.objects.filter(study=study, user=annotator).exists():
        raise InvalidInput(f"{annotator} is not in this study.")
    try:
        with transaction.atomic():
            made = Exclusion.objects.create(study=study, annotator=annotator, made_by=by, reason=reason)
            Membership.objects.filter(study=study, user=annotator).update(paused=True)
            _follow(study, annotator)
    except IntegrityError as error:
        if "exclusion_one_standing" not in str(error):
            raise
        raise Conflict(f"{annotator} is excluded already.", code="excluded") from error
    # By itself: whoever locks seats first and regions then waits for a vote that waits for them.
    give_back_seats(study_id=study.pk, annotator_id=annotator.pk)
    _catch_up(study, annotator)
    return made


def lift(*, exclusion: Exclusion, by: User, reason: str) -> Exclusion:
    """The votes count again, and the person may go on. Raises InvalidInput without a reason, Conflict when lifted before."""
    reason = _reason(reason)
    with transaction.atomic():
        fresh = Exclusion.objects.select_for_update().get(pk=exclusion.pk)
        if fresh.lifted_at is not None:
            raise Conflict("This exclusion was lifted before.", code="lifted")
        fresh.lifted_at, fresh.lifted_by, fresh.lifted_reason = timezone.now(), by, reason
        fresh.save(update_fields=["lifted_at", "lifted_by", "lifted_reason"])
        Membership.objects.filter(study=fresh.study_id, user=fresh.annotator_id).update(paused=False)
        _follow(fresh.study, fresh.annotator)
        return fresh


def _reason(text: str) -> str:
    text = text.strip()
    if not 0 < len(text) <= 500:
        raise InvalidInput("This needs a reason of 1 to 500 characters: it is a part of the published record.")
    check_text(text)
    return text


def _catch_up(study: Study, annotator: User) -> None:
    """A vote that was on its way meanwhile did not see the exclusion; it holds a share of its person's row until it is in.

    Whoever takes their share later sees the exclusion.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=annotator.pk)
    with transaction.atomic():
        _follow(study, annotator)


def _follow(study: Study, annotator: User) -> None:
    """Labels and seats of every region the person voted on. Regions are locked in one order, as everywhere."""
    said = Vote.objects.filter(study=study, annotator=annotator, retracted_at=None, surplus=False)
    regions = Region.objects.filter(pk__in=said.values("region")).select_for_update(no_key=True).order_by("pk")
    touched = list(regions)
    for region in touched:
        region.study = study
        refresh_label(region=region)
    ids = [region.pk for region in touched]
    fill_seats(region_ids=ids)
    trim_seats(region_ids=ids)
    add_seats_for_ties(regions=touched)
