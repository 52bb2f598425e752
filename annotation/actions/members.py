"""What a manager may say about one person's work: a pause, and how much of it there may be."""

from django.db import transaction

from annotation.actions.deeds import note, note_changes
from annotation.enums import DeedKind
from annotation.errors import Conflict, InvalidInput
from annotation.models import Exclusion, Membership, Study, User

MOST_VOTES = 2**31 - 1


def pause_member(*, membership: Membership, paused: bool, by: User | None = None) -> Membership:
    """A paused person gets no regions; what they hold stays theirs until the lease runs out, and a vote of it counts.

    Raises Conflict for the resuming of somebody whose votes are excluded.
    """
    with transaction.atomic():
        _lock_study(membership)
        Membership.objects.select_for_update(no_key=True).get(
            pk=membership.pk
        )  # who excludes holds it until that is seen
        if not paused and is_excluded(membership):
            raise Conflict(f"The votes of {membership.user} are excluded; lift the exclusion first.", code="excluded")
        if Membership.objects.filter(pk=membership.pk, paused=not paused).update(paused=paused):
            kind = DeedKind.MEMBER_PAUSED if paused else DeedKind.MEMBER_RESUMED
            note(study_id=membership.study_id, kind=kind, by=by, whom_id=membership.user_id)
    membership.paused = paused
    return membership


def is_excluded(membership: Membership) -> bool:
    standing = Exclusion.objects.filter(study=membership.study_id, annotator=membership.user_id, lifted_at=None)
    return standing.exists()


def limit_member(
    *, membership: Membership, votes_at_most: int | None, votes_per_day: int | None, by: User | None = None
) -> Membership:
    """How many votes a person may give in the study and in a day; None is no limit. Raises InvalidInput."""
    for limit in (votes_at_most, votes_per_day):
        if limit is not None and not 1 <= limit <= MOST_VOTES:
            raise InvalidInput("A limit must be at least 1; leave it empty for none, or pause the person.")
    after = {"votes_at_most": votes_at_most, "votes_per_day": votes_per_day}
    with transaction.atomic():
        _lock_study(membership)
        rows = Membership.objects.filter(pk=membership.pk)
        before = rows.select_for_update(no_key=True).values(*after).get()
        rows.update(**after)
        study_id, whom_id = membership.study_id, membership.user_id
        kind = DeedKind.LIMIT_CHANGED
        note_changes(study_id=study_id, kind=kind, by=by, whom_id=whom_id, before=before, after=after)
    membership.votes_at_most, membership.votes_per_day = votes_at_most, votes_per_day
    return membership


def _lock_study(membership: Membership) -> None:
    """Before the member's row, as where people come and go: a deed needs both."""
    Study.objects.select_for_update(no_key=True).get(pk=membership.study_id)
