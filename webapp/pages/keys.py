"""A person's own keys on the rating screen: plain text on the account page, pressed keys in the Keys dialog."""

from django.contrib import messages
from django.http import HttpResponseBase, JsonResponse
from django.shortcuts import redirect

from annotation.actions.keys import choose_keys
from annotation.errors import InvalidInput
from annotation.keys import ACTIONS, as_text, keys_of
from annotation.models import User
from webapp.pages.page import Request, page, refusal

WORDS = {
    **{f"answer-{level}": f"answer {level} in the marked row" for level in range(6)},
    "previous-row": "the row above",
    "next-row": "the row below",
    "clear": "clear the row; in an empty row, the one before it",
    "submit": "submit, once all eight rows are answered",
    "hide": "hide the outline while held",
    "blink": "find the region: blink the outline",
    "centre": "back to the region",
    "view": "the whole picture, or the region at full size",
    "anchors": "examples of every level",
    "last-vote": "take back my last vote and give it anew",
    "own-votes": "my last votes",
    "cannot-judge": "I cannot judge this region",
    "flag": "flag the region for the manager",
    "guidelines": "guidelines",
    "keys": "these keys",
}


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
    messages.success(request, "Your keys are kept." if as_text(keys) else "The first keys are back.")
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
