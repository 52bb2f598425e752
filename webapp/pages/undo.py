"""A button beside what is said after an act on many: it takes back what this act did, for whoever did it, once.

What it did is kept in the session until the next such act; every page reads that, so it must stay small.
"""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotation.actions.exclusions import lift
from annotation.actions.members import pause_member
from annotation.actions.several_people import Tally
from annotation.actions.undoing import UNDONE, undo_discards, undo_for_people
from annotation.enums import DeedKind, RegionStatus
from annotation.errors import Conflict, DomainError
from annotation.models import Deed, Exclusion, Membership, Region, Study
from webapp.access import MANAGERS, studies_for
from webapp.pages.page import Request, page
from webapp.pages.runs import packed, unpacked
from webapp.pages.sign_in import safe_next
from webapp.spoken import spoken

Ticket = dict[str, Any]
_PLACE = "undo"
MOST_CHARACTERS = 20_000
"""Of a ticket: some ten thousand regions."""


def say_with_undo(request: Request, study: Study, words: str, ticket: Ticket | None) -> None:
    """Says what was done. Without a ticket there is nothing to take back."""
    if ticket is None:
        messages.success(request, words)
        return
    if len(str(ticket)) > MOST_CHARACTERS:
        request.session.pop(_PLACE, None)
        messages.success(request, words + " " + _("This was too much at once to be taken back with one button."))
        return
    key = secrets.token_urlsafe(12)
    request.session[_PLACE] = ticket | {"key": key, "study": study.pk}
    messages.success(request, words, extra_tags=key)


def deciding(request: Request, study: Study, decide: Callable[[], str]) -> tuple[str, Ticket | None]:
    """What `decide` said, and the lines about people that it wrote into the journal."""
    own = Deed.objects.filter(study=study, by=request.user, kind__in=UNDONE)
    last = own.order_by("-pk").values_list("pk", flat=True).first() or 0
    words = decide()
    deeds = dict(own.filter(pk__gt=last).values_list("pk", "kind"))
    what = "people" if DeedKind.MEMBER_REMOVED in deeds.values() else "ways"
    return words, {"what": what, "deeds": packed(deeds)} if deeds else None


def discarding(
    request: Request, study: Study, where: Mapping[str, object], discard: Callable[[], str]
) -> tuple[str, Ticket | None]:
    """What `discard` said, and which of the regions it took out: those that were to be rated, those that waited."""
    found = Region.objects.filter(study=study, **where).exclude(status=RegionStatus.DISCARDED)
    before = dict(found.values_list("pk", "status"))
    first = timezone.now()
    words = discard()
    last = timezone.now()
    gone = Region.objects.filter(
        pk__in=before, status=RegionStatus.DISCARDED, decided_by=request.user, decided_at__range=(first, last)
    )
    ids: dict[str, list[int]] = {}
    for pk in gone.order_by("pk").values_list("pk", flat=True):
        ids.setdefault(before[pk], []).append(pk)
    gone_as = {status: packed(pks) for status, pks in ids.items()}
    times = [first.isoformat(), last.isoformat()]
    return words, {"what": "regions", "ids": gone_as, "times": times} if ids else None


def excluding(membership: Membership, exclude: Callable[[], Exclusion]) -> Ticket:
    paused = membership.paused
    return {"what": "exclusion", "exclusion": exclude().pk, "paused": paused}


@page("POST")
def undo(request: Request) -> HttpResponseBase:
    ticket = request.session.get(_PLACE)
    try:
        key = request.POST.get("key", "").encode()
        if ticket is None or not secrets.compare_digest(ticket["key"].encode(), key):
            raise Conflict(_("This can no longer be taken back: something else was done since."))
        study = get_object_or_404(studies_for(request.user, MANAGERS), pk=ticket["study"])
        del request.session[_PLACE]
        messages.success(request, _VERBS[ticket["what"]](request, study, ticket))
    except DomainError as error:
        messages.error(request, spoken(error.message))
    return redirect(safe_next(request))


def _people(request: Request, study: Study, ticket: Ticket) -> str:
    tally = undo_for_people(study=study, deed_ids=list(unpacked(ticket["deeds"])), by=request.user)
    if ticket["what"] == "people":
        words = ngettext("{count} person is in the study again.", "{count} people are in the study again.", tally.done)
    else:
        words = ngettext(
            "{count} person is as they were before.", "{count} people are as they were before.", tally.done
        )
    return _with_rest(words, tally)


def _regions(request: Request, study: Study, ticket: Ticket) -> str:
    statuses = {pk: status for status, pks in ticket["ids"].items() for pk in unpacked(pks)}
    first, last = map(datetime.fromisoformat, ticket["times"])
    tally = undo_discards(study=study, statuses=statuses, times=(first, last), by=request.user)
    words = ngettext("{count} region is as it was before.", "{count} regions are as they were before.", tally.done)
    return _with_rest(words, tally)


def _exclusion(request: Request, study: Study, ticket: Ticket) -> str:
    exclusion = get_object_or_404(Exclusion, study=study, pk=ticket["exclusion"])
    lift(exclusion=exclusion, by=request.user, reason=_("Taken back at once."))
    member = Membership.objects.get(study=study, user=exclusion.annotator_id)
    if ticket["paused"]:
        pause_member(membership=member, paused=True, by=request.user)
    return _("The votes of {user} count again.").format(user=exclusion.annotator)


def _with_rest(words: str, tally: Tally) -> str:
    said = words.format(count=tally.done)
    return said + " " + _("Changed since and left as they are: {left}.").format(left=tally.left) if tally.left else said


_VERBS: dict[str, Callable[[Request, Study, Ticket], str]] = {
    "people": _people,
    "ways": _people,
    "regions": _regions,
    "exclusion": _exclusion,
}
