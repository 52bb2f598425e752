"""Votes: cast once, kept whatever happens, retracted but never edited."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from annotation.actions.labels import refresh_label
from annotation.actions.seats import add_seat
from annotation.enums import LabelStatus, PrelabelSeen, RegionStatus
from annotation.errors import Conflict
from annotation.models import Assignment, Region, User, Vote
from annotation.opinion import SCALES, Opinion
from annotation.queries.hot_rows import lock_free_seat, lock_region, standing_votes


@dataclass(frozen=True, slots=True)
class DisplayFacts:
    """What the client says about how the region was shown; CSS pixels and milliseconds."""

    duration_ms: int
    device_pixel_ratio: float | None = None
    viewport_width: int | None = None
    viewport_height: int | None = None
    screen_width: int | None = None
    screen_height: int | None = None
    outline_hidden_ms: int | None = None
    client: str = ""


@dataclass(frozen=True, slots=True)
class Cast:
    """`created` is false when the same vote had been stored before."""

    vote: Vote
    created: bool


def cast_vote(*, annotator: User, region_id: int, opinion: Opinion, idempotency_key: UUID, facts: DisplayFacts) -> Cast:
    """Stores a vote, closes a seat and refreshes the label, in one transaction.

    The caller has proof that the region was leased to the person. Casting again with the same key returns the first vote.
    Without the person's own seat any free one of the region is used (late); without a free one the vote is kept as surplus.
    Raises Conflict when the person's other vote on this region stands, or the key belongs to another region.
    """
    try:
        with transaction.atomic():
            return _cast(annotator, region_id, opinion, idempotency_key, facts)
    except IntegrityError as error:
        if "vote_idempotency_key_once" in str(error):
            raise Conflict(
                "This idempotency key belongs to a vote on another region; make a new one.", code="key_reused"
            ) from error
        raise


def _cast(annotator: User, region_id: int, opinion: Opinion, key: UUID, facts: DisplayFacts) -> Cast:
    region = lock_region(region_id)
    standing = standing_votes(region.pk, key)
    earlier = _earlier(standing, annotator, key)
    if earlier:
        return Cast(earlier, created=False)
    seat = lock_free_seat(region.pk, annotator.pk) if region.status == RegionStatus.ACCEPTED else None
    vote = Vote(
        study=region.study,
        region=region,
        annotator=annotator,
        idempotency_key=key,
        prelabel_seen=PrelabelSeen.NOTHING,
        late=seat is None or seat.annotator_id != annotator.pk,
        surplus=seat is None,
        **{scale: getattr(opinion, scale) for scale in SCALES},
        **asdict(facts),
    )
    vote.save(force_insert=True)
    if seat is not None:
        _close(seat, vote)
        live = [other for other in standing if other.retracted_at is None and not other.surplus]
        _follow(region, [*live, vote])
    return Cast(vote, created=True)


def retract_vote(*, vote: Vote, annotator: User) -> Vote:
    """Takes a vote back; its seat is the person's again for one lease, so that they may vote anew.

    Raises Conflict when it is not the person's vote or was retracted before.
    """
    with transaction.atomic():
        region = lock_region(vote.region_id)
        fresh = Vote.objects.get(pk=vote.pk)
        if fresh.annotator_id != annotator.pk:
            raise Conflict("Only the person who voted can take the vote back.")
        if fresh.retracted_at is not None:
            raise Conflict("This vote was taken back before.", code="retracted")
        fresh.retracted_at = timezone.now()
        fresh.save(update_fields=["retracted_at"])
        if not fresh.surplus:
            until = timezone.now() + timedelta(minutes=region.study.lease_minutes)
            Assignment.objects.filter(vote=fresh).update(vote=None, leased_at=timezone.now(), leased_until=until)
            refresh_label(region=region)
        return fresh


def _earlier(standing: list[Vote], annotator: User, key: UUID) -> Vote | None:
    own = [vote for vote in standing if vote.annotator_id == annotator.pk]
    for vote in own:
        if vote.idempotency_key == key:
            return vote
    if own:
        raise Conflict("You have voted on this region; take that vote back to vote anew.", code="already_voted")
    return None


def _close(seat: Assignment, vote: Vote) -> None:
    now = timezone.now()
    leased_at = seat.leased_at if seat.annotator_id == vote.annotator_id and seat.leased_at else now
    Assignment.objects.filter(pk=seat.pk).update(
        vote=vote, annotator=vote.annotator_id, leased_at=leased_at, leased_until=seat.leased_until or now
    )


def _follow(region: Region, live: list[Vote]) -> None:
    """The label after a vote; a tie with all seats used asks for one more opinion, at most twice the wanted number."""
    status = refresh_label(region=region, votes=live)
    wants_more = status == LabelStatus.DISPUTED and len(live) < 2 * region.study.votes_wanted
    if wants_more and not Assignment.objects.filter(region=region, vote=None).exists():
        add_seat(region=region)
