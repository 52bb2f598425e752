"""Every address of the site that answers with a page, found in the table of addresses itself, so that none is forgotten."""

from collections.abc import Iterator
from functools import cache

from django.http import HttpResponseBase
from django.urls import URLPattern, URLResolver

from annotation.actions.first_passwords import first_token
from annotation.actions.invitations import make_invitation
from annotation.models import AccessToken, Message
from tests.factories import make_user
from tests.webapp.pages.cast import Cast, client_of
from tests.webapp.pages.test_urls import DOING, KINDS, LOOKING, address
from webapp import urls

ELSEWHERE = ("api/v1/", "admin/", "studies/<slug:slug>")
"""The API answers no pages; the admin's are in tests/browser/admin_browser.py; a study's are in the tables of test_urls."""


def pages_of(kind: str, scene: Cast) -> list[str]:
    """Paths of all pages that this kind of person, or a stranger, gets to see."""
    client = client_of(scene.people.get(kind))
    paths = [*(address(pattern, scene) for pattern in LOOKING), *outside(scene).values()]
    return [path for path in paths if is_page(client.get(path))]


def refused_forms(scene: Cast) -> list[str]:
    """Where a manager who sends an empty form gets a page that says what is wrong with it."""
    ada = scene.people["manager"]
    column = KINDS.index("manager")
    paths = [address(pattern, scene) for pattern, answers in DOING.items() if answers[column] in {400, 409}]
    return [
        path for path in [*paths, *outside(scene).values()] if is_page(client_of(ada).post(path), 400)
    ]  # one of them signs out


def is_page(answer: HttpResponseBase, status: int = 200) -> bool:
    """And not a picture, a file, or a part of a page."""
    return answer.status_code == status and b"<html" in getattr(answer, "content", b"")


def outside(scene: Cast) -> dict[str, str]:
    """Each route that belongs to no study, and a path of it with somebody's invitation and so on filled in."""
    study, ada, ben = scene.study, scene.people["manager"], scene.people["annotator"]
    newcomer = make_user()
    newcomer.set_unusable_password()
    newcomer.save()
    keys = {
        "<str:token>": first_token(newcomer),
        "invitations/<str:token>": make_invitation(study=study, by=ada)[1],
        "notices/<int:pk>": Message.objects.create(study=study, sender=ada, text="Hello.", recipient=ben).pk,
        "account/tokens/<int:pk>": AccessToken.issue(user=ada, name="script", scopes=["read"], days=9)[0].pk,
    }
    return {route: "/" + filled(route, keys) for route in routes()}


def filled(route: str, keys: dict[str, object]) -> str:
    for known, value in sorted(keys.items(), key=lambda item: -len(item[0])):
        if known in route:
            route = route.replace(known, known.partition("<")[0] + str(value))
    assert "<" not in route, f"Say in tests/webapp/pages/every_page.py what to put into /{route}."
    return route


@cache
def routes() -> list[str]:
    return [route for route in _routes(urls.urlpatterns) if not route.startswith(ELSEWHERE)]


def _routes(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for one in patterns:
        here = before + str(one.pattern)
        if isinstance(one, URLResolver) and not here.startswith(ELSEWHERE):
            yield from _routes(one.url_patterns, here)
        else:
            yield here
