"""What is to be done with several people of a study."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from annotation.actions.several_people import Tally, limit_several, pause_several, remove_several, tell_several
from annotation.errors import DomainError, InvalidInput
from annotation.models import Study
from webapp.access import MANAGERS
from webapp.pages.forms.people import LimitsForm
from webapp.pages.numbers import whole
from webapp.pages.page import Request, member, page
from webapp.pages.sign_in import safe_next
from webapp.pages.undo import Ticket, deciding, say_with_undo
from webapp.spoken import spoken

Verb = Callable[[Study, list[int], Request], tuple[str, Tally]]


@page("POST")
def decide_people(request: Request, slug: str) -> HttpResponseBase:
    """Then back to where they were chosen."""
    study = member(request, slug, MANAGERS).study
    try:
        say_with_undo(request, study, *_decided(study, request))
    except DomainError as error:
        messages.error(request, spoken(error.message))
    return redirect(safe_next(request, reverse("members", args=[slug])))


def _decided(study: Study, request: Request) -> tuple[str, Ticket | None]:
    ids = [pk for pk in map(whole, request.POST.getlist("person")) if pk is not None]
    verb = _VERBS.get(request.POST.get("verb", ""))
    if verb is None:
        raise InvalidInput(_("Choose what is to be done with the people."))

    def act() -> str:
        words, tally = verb(study, ids, request)
        return told(words.format(people=tally.done), tally.left)

    return deciding(request, study, act)


def told(words: str, left: int) -> str:
    return words + " " + _("Left as they are: {left}.").format(left=left) if left else words


def _pause(study: Study, ids: list[int], request: Request) -> tuple[str, Tally]:
    tally = pause_several(study=study, member_ids=ids, paused=True, by=request.user)
    return _("People who get no regions for now: {people}."), tally


def _resume(study: Study, ids: list[int], request: Request) -> tuple[str, Tally]:
    tally = pause_several(study=study, member_ids=ids, paused=False, by=request.user)
    return _("People who get regions again: {people}."), tally


def _remove(study: Study, ids: list[int], request: Request) -> tuple[str, Tally]:
    tally = remove_several(study=study, member_ids=ids, by=request.user)
    return _("People taken out of the study: {people}. What they said stays."), tally


def _limit(study: Study, ids: list[int], request: Request) -> tuple[str, Tally]:
    form = LimitsForm(request.POST)
    if not form.is_valid():
        raise InvalidInput("A limit must be at least 1; leave it empty for none, or pause the person.")
    tally = limit_several(study=study, member_ids=ids, **form.cleaned_data, by=request.user)
    return _("People whose limits are saved: {people}."), tally


def _tell(study: Study, ids: list[int], request: Request) -> tuple[str, Tally]:
    tally = tell_several(study=study, member_ids=ids, text=request.POST.get("text", ""), by=request.user)
    return _("People who have the message on their screen: {people}."), tally


_VERBS: dict[str, Verb] = {"pause": _pause, "resume": _resume, "remove": _remove, "limit": _limit, "tell": _tell}
