"""Remarks: instead of a vote (cannot judge), or beside it (a flag for the manager)."""

from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from annotation.actions.texts import check_text
from annotation.enums import Purpose, RemarkKind, RemarkReason
from annotation.errors import Conflict, InvalidInput
from annotation.models import Assignment, Region, Remark, User, Vote
from annotation.queries.hot_rows import lock_region

_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Words:
    """What is said: `text` says more, and has to where the reason is "other"."""

    kind: RemarkKind
    reason: RemarkReason
    text: str = ""


@dataclass(frozen=True, slots=True)
class Remarked:
    """`created` is false when the same remark had been stored before."""

    remark: Remark
    created: bool


def remark(*, annotator: User, region_id: int, words: Words, idempotency_key: UUID) -> Remarked:
    """Stores a remark. Who cannot judge a region gives their seat to somebody else and never gets the region again.

    The caller has proof that the region was leased to the person. The same key is the same remark.
    Raises InvalidInput for words that make no sense; Conflict when the person has voted on the region, when it is part of
    their training or exam, or when the key belongs to something else.
    """
    _check(words)
    try:
        with transaction.atomic():
            return _remark(annotator, lock_region(region_id), words, idempotency_key)
    except IntegrityError as error:
        if "remark_idempotency_key_once" in str(error):
            raise Conflict(
                "This idempotency key belongs to a remark on another region; make a new one.", code="key_reused"
            ) from error
        raise


def handle_remark(*, remark: Remark, by: User) -> Remark:
    """The manager has seen to it. Harmless when somebody has before."""
    Remark.objects.filter(pk=remark.pk, handled_at=None).update(handled_at=timezone.now(), handled_by=by)
    remark.refresh_from_db()
    return remark


def _check(words: Words) -> None:
    if len(words.text) > _LONGEST:
        raise InvalidInput(f"The text has {len(words.text)} characters; a remark takes at most {_LONGEST}.")
    check_text(words.text)
    if words.reason == RemarkReason.OTHER and not words.text.strip():
        raise InvalidInput("Say in a few words what it is, or choose another reason.")


def _remark(annotator: User, region: Region, words: Words, key: UUID) -> Remarked:
    earlier = _earlier(annotator, region, words, key)
    if earlier is not None:
        return Remarked(earlier, created=False)
    if words.kind == RemarkKind.CANNOT_JUDGE:
        _give_up_seat(annotator, region)
    said = Remark.objects.create(
        study_id=region.study_id, region=region, annotator=annotator, kind=words.kind, reason=words.reason,
        text=words.text.strip(), idempotency_key=key,
    )  # fmt: skip
    return Remarked(said, created=True)


def _earlier(annotator: User, region: Region, words: Words, key: UUID) -> Remark | None:
    """The same remark; or the one "cannot judge" that a person says of a region."""
    own = list(Remark.objects.filter(region=region, annotator=annotator).order_by("pk"))
    for one in own:
        if one.idempotency_key == key or one.kind == words.kind == RemarkKind.CANNOT_JUDGE:
            return one
    return None


def _give_up_seat(annotator: User, region: Region) -> None:
    """The seat is free for others; one that was made for this person alone goes away."""
    held = Assignment.objects.filter(region=region, annotator=annotator, vote=None)
    if held.filter(purpose__in=(Purpose.TRAINING, Purpose.EXAM)).exists():
        raise Conflict("In training and exam every region is answered; you can flag it beside your answer.")
    said = Vote.objects.filter(region=region, annotator=annotator, retracted_at=None, purpose=Purpose.LABEL)
    if not held.exists() and said.exists():
        raise Conflict("You have voted on this region; take that vote back first.", code="already_voted")
    held.filter(purpose=Purpose.LABEL).update(annotator=None, leased_at=None, leased_until=None)
    held.exclude(purpose=Purpose.LABEL).delete()
