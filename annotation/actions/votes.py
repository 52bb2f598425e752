"""Votes: cast once, kept whatever happens, retracted but never edited."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from annotation.actions.ballot_box import put_in
from annotation.actions.labels import refresh_label
from annotation.actions.seats import add_seat_for_tie
from annotation.enums import LabelStatus, PrelabelSeen, Purpose
from annotation.errors import Conflict
from annotation.models import Assignment, Exclusion, Region, User, Vote
from annotation.opinion import Opinion
from annotation.queries.hot_rows import CountedVote, StandingVote, lock_region, lock_region_for, standing_votes
from annotation.queries.statements import commit


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
    whole_view_ms: int | None = None
    region_view_ms: int | None = None
    zoom_events: int | None = None
    away_ms: int | None = None
    edits: int | None = None
    row_order: int | None = None
    full_window: bool | None = None
    page_build: str = ""
    client: str = ""


_FACTS = tuple(field.name for field in fields(DisplayFacts))


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
    with stored_once():
        region = lock_region_for(region_id, annotator.pk)
        return cast_into(region, annotator=annotator, opinion=opinion, idempotency_key=idempotency_key, facts=facts)


@contextmanager
def stored_once() -> Iterator[None]:
    """A transaction that stores a vote. Raises Conflict when its idempotency key belongs to a vote on another region."""
    try:
        with transaction.atomic():
            yield
            commit()
    except IntegrityError as error:
        if "vote_idempotency_key_once" in str(error):
            raise Conflict(
                "This idempotency key belongs to a vote on another region; make a new one.", code="key_reused"
            ) from error
        raise


def cast_into(
    region: Region,
    *,
    annotator: User,
    opinion: Opinion,
    idempotency_key: UUID,
    facts: DisplayFacts,
    codebook: int | None = None,
) -> Cast:
    """The same for a region whose lock the caller holds, in `stored_once`.

    `codebook` is the number of the guidelines it was handed out with; without it those in force are noted.
    """
    standing = standing_votes(region.pk, annotator.pk, idempotency_key)
    earlier = _earlier(standing)
    if earlier is not None:
        return Cast(Vote.objects.get(pk=earlier), created=False)
    shown = {"codebook": codebook, **{name: getattr(facts, name) for name in _FACTS}}
    vote = put_in(region=region, annotator_id=annotator.pk, key=idempotency_key, opinion=opinion, facts=shown)
    if not vote.surplus:
        counted = [other.vote for other in standing if other.counts]
        own = CountedVote(opinion.levels(), exposed=vote.prelabel_seen != PrelabelSeen.NOTHING)
        _follow(region, [*counted, own], annotator.pk)
    return Cast(vote, created=True)


def retract_vote(*, vote: Vote, annotator: User) -> Vote:
    """Takes a vote back; its seat is the person's again for one lease, so that they may vote anew. That of an excluded person
    goes: another was made in its place.

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
        if not fresh.surplus or fresh.purpose != Purpose.LABEL:
            _free_seat(fresh, region.study.lease_minutes)
        if not fresh.surplus:
            refresh_label(region=region)
        return fresh


def _free_seat(vote: Vote, minutes: int) -> None:
    seat = Assignment.objects.filter(vote=vote)
    if Exclusion.objects.filter(study=vote.study_id, annotator=vote.annotator_id, lifted_at=None).exists():
        seat.filter(purpose=Purpose.LABEL).delete()
    until = timezone.now() + timedelta(minutes=minutes)
    seat.update(vote=None, leased_at=timezone.now(), leased_until=until)


def _earlier(standing: Sequence[StandingVote]) -> int | None:
    """The vote that was cast with this key before. Raises Conflict when another vote of the person's stands."""
    own = [vote for vote in standing if vote.own]
    for vote in own:
        if vote.same_key:
            return vote.pk
    if own:
        raise Conflict("You have voted on this region; take that vote back to vote anew.", code="already_voted")
    return None


def _follow(region: Region, live: Sequence[CountedVote], voter_id: int) -> None:
    """The label after a vote; a tie with all seats used asks for one more opinion, at most twice the wanted number."""
    status = refresh_label(region=region, votes=live, voter_id=voter_id)
    if status == LabelStatus.DISPUTED:
        add_seat_for_tie(region=region, votes=len(live))
