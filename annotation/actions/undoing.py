"""Taking back one act on many: exactly what it did, and only where nobody has done anything about it since."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from annotation.actions.regions import put_back
from annotation.actions.several_people import Tally
from annotation.actions.studies import add_member
from annotation.enums import DeedKind
from annotation.errors import Conflict
from annotation.models import Deed, Membership, Region, Study, User


def undo_removals(*, study: Study, deed_ids: Sequence[int], by: User) -> Tally:
    """Those whom these lines of the journal say `by` took out of the study are in it again, with the role they had."""
    rows = Deed.objects.filter(study=study, pk__in=deed_ids, kind=DeedKind.MEMBER_REMOVED, by=by)
    done = sum(_undo_removal(study, deed, by) for deed in rows.select_related("whom").order_by("pk"))
    return Tally(done, len(deed_ids) - done)


def _undo_removal(study: Study, deed: Deed, by: User) -> bool:
    away = Membership.objects.filter(study=study, user=deed.whom_id, active=False).exists()
    later = Deed.objects.filter(study=study, whom=deed.whom_id, pk__gt=deed.pk).exists()
    if deed.whom is None or later or not away:
        return False
    add_member(study=study, user=deed.whom, role=deed.before, by=by)
    return True


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
