"""What a manager may say about one person's work: a pause, and how much of it there may be."""

from annotation.errors import Conflict, InvalidInput
from annotation.models import Exclusion, Membership

MOST_VOTES = 2**31 - 1


def pause_member(*, membership: Membership, paused: bool) -> Membership:
    """A paused person gets no regions; what they hold stays theirs until the lease runs out, and a vote of it counts.

    Raises Conflict for the resuming of somebody whose votes are excluded.
    """
    standing = Exclusion.objects.filter(study=membership.study_id, annotator=membership.user_id, lifted_at=None)
    if not paused and standing.exists():
        raise Conflict(f"The votes of {membership.user} are excluded; lift the exclusion first.", code="excluded")
    Membership.objects.filter(pk=membership.pk).update(paused=paused)
    membership.paused = paused
    return membership


def limit_member(*, membership: Membership, votes_at_most: int | None, votes_per_day: int | None) -> Membership:
    """How many votes a person may give in the study and in a day; None is no limit. Raises InvalidInput."""
    for limit in (votes_at_most, votes_per_day):
        if limit is not None and not 1 <= limit <= MOST_VOTES:
            raise InvalidInput("A limit must be at least 1; leave it empty for none, or pause the person.")
    membership.votes_at_most, membership.votes_per_day = votes_at_most, votes_per_day
    membership.save(update_fields=["votes_at_most", "votes_per_day"])
    return membership
