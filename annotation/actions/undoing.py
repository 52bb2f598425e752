"""Taking back one act on many: exactly what it did, and only where nobody has done anything about it since."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from annotation.actions.members import limit_member, pause_member
from annotation.actions.regions import put_back
from annotation.actions.several_people import Tally
from annotation.actions.studies import add_member
from annotation.enums import DeedKind
from annotation.errors import Conflict
from annotation.models import Deed, Membership, Region, Study, User

Undo = Callable[[Membership, Sequence[Deed], User], bool]


def undo_for_people(*, study: Study, deed_ids: Sequence[int], by: User) -> Tally:
    """Whom these lines of the journal say `by` took out is in the study again with the role they had, whom `by` paused goes
    on, whose limits `by` changed has those of before.
    """
    rows = Deed.objects.filter(study=study, pk__in=deed_ids, kind__in=UNDONE, whom__isnull=False, by=by)
    people = groupby(rows.order_by("whom", "pk"), key=lambda deed: deed.whom_id)
    done = sum(_undo_for(study, list(deeds), by) for _, deeds in people)
    return Tally(done, Deed.objects.filter(pk__in=deed_ids).values("whom").distinct().count() - done)


def _undo_for(study: Study, deeds: Sequence[Deed], by: User) -> bool:
    """`deeds` are of one act on one person."""
    last = deeds[-1]
    if Deed.objects.filter(study=study, whom=last.whom_id, pk__gt=last.pk).exists():
        return False
    member = Membership.objects.select_related("study", "user").get(study=study, user=last.whom_id)
    try:
        return _UNDO[DeedKind(last.kind)](member, deeds, by)
    except Conflict:
        return False


def _take_in(member: Membership, deeds: Sequence[Deed], by: User) -> bool:
    if not member.active:
        add_member(study=member.study, user=member.user, role=deeds[-1].before, by=by)
        return True
    return False


def _turn(member: Membership, deeds: Sequence[Deed], by: User) -> bool:
    paused = deeds[-1].kind == DeedKind.MEMBER_RESUMED
    if member.active and member.paused != paused:
        pause_member(membership=member, paused=paused, by=by)
        return True
    return False


def _limit(member: Membership, deeds: Sequence[Deed], by: User) -> bool:
    before = {deed.subject: int(deed.before) if deed.before else None for deed in deeds}
    limits = {"votes_at_most": member.votes_at_most, "votes_per_day": member.votes_per_day} | before
    if member.active:
        limit_member(membership=member, **limits, by=by)
    return member.active


_UNDO: Mapping[DeedKind, Undo] = {
    DeedKind.MEMBER_REMOVED: _take_in,
    DeedKind.MEMBER_PAUSED: _turn,
    DeedKind.MEMBER_RESUMED: _turn,
    DeedKind.LIMIT_CHANGED: _limit,
}
UNDONE = tuple(_UNDO)
"""The deeds that can be taken back."""


def undo_discards(*, study: Study, statuses: Mapping[int, str], times: tuple[datetime, datetime], by: User) -> Tally:
    """Regions that `by` discarded between the two times have the status they had before."""
    rows = Region.objects.filter(study=study, pk__in=statuses).order_by("pk")
    done = sum(_undo_discard(region, statuses[region.pk], times, by) for region in rows)
    return Tally(done, len(statuses) - done)


def _undo_discard(region: Region, status: str, times: tuple[datetime, datetime], by: User) -> bool:
    try:
        put_back(region=region, status=status, times=times, by=by)
    except Conflict:
        return False
    return True
