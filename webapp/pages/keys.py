"""A person's own keys on the rating screen: plain text on the account page, pressed keys in the Keys dialog."""

from django.contrib import messages
from django.http import HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from annotation.actions.keys import choose_keys
from annotation.errors import InvalidInput
from annotation.keys import ACTIONS, as_text, keys_of
from annotation.models import User
from webapp.pages.page import Request, page, refusal

WORDS = {
    **{f"answer-{level}": gettext_noop("answer {level} in the marked row") for level in range(6)},
    "previous-row": gettext_noop("the row above"),
    "next-row": gettext_noop("the row below"),
    "clear": gettext_noop("clear the row; in an empty row, the one before it"),
    "submit": gettext_noop("submit, once all eight rows are answered"),
    "hide": gettext_noop("hide the outline while held"),
    "blink": gettext_noop("find the region: blink the outline"),
    "centre": gettext_noop("back to the region"),
    "view": gettext_noop("the whole picture, or the region at full size"),
    "anchors": gettext_noop("examples of every level"),
    "last-vote": gettext_noop("take back my last vote and give it anew"),
    "own-votes": gettext_noop("my last votes"),
    "cannot-judge": gettext_noop("I cannot judge this region"),
    "flag": gettext_noop("flag the region for the manager"),
    "guidelines": gettext_noop("guidelines"),
    "keys": gettext_noop("these keys"),
}


def words_for(action: str) -> str:
    """What an action's key does, in the language of the page."""
    return _(WORDS[action]).format(level=action[-1])


@page("POST")
def change_keys(request: Request) -> HttpResponseBase:
    """The text says every key that differs from the first ones; an empty text, or `reset`, brings those back."""
    text = "" if "reset" in request.POST else request.POST.get("text", "")
    try:
        keys = choose_keys(person=request.user, text=text)
    except InvalidInput as error:
        if request.headers.get("Accept") == "application/json":
            return refusal(request, error)
        messages.error(request, error.message)
        return redirect("account")
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"keys": lines_of(keys)})
    messages.success(request, _("Your keys are kept.") if as_text(keys) else _("The first keys are back."))
    return redirect("account")


def person_keys(person: User) -> dict[str, str]:
    """The person's keys; the first ones where a kept text no longer makes sense."""
    try:
        return keys_of(person.keys)
    except InvalidInput:
        return dict(ACTIONS)


def lines_of(keys: dict[str, str]) -> str:
    """One `action = key` a line, every action."""
    return "\n".join(f"{action} = {key}" for action, key in keys.items())
