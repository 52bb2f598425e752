"""What belongs to no study, as every kind of person: account, invitations, new studies, the admin, health."""

import pytest
from django.contrib import admin
from django.urls import reverse

from annotation.models import User
from tests.factories import make_user
from tests.undoing import undone
from tests.webapp.pages.cast import Cast, client_of, make_cast
from tests.webapp.pages.every_page import outside

pytestmark = pytest.mark.django_db

KINDS = ("stranger", "outsider", "annotator", "reviewer", "manager", "staff")
# What each of KINDS gets.
LOOKING: dict[str, tuple[int, ...]] = {
    "healthz": (200, 200, 200, 200, 200, 200),
    "readyz": (503, 503, 503, 503, 503, 503),  # no clock ticks here
    "": (302, 200, 200, 200, 200, 200),
    "favicon.ico": (302, 302, 302, 302, 302, 302),
    "rate-worker.js": (200, 200, 200, 200, 200, 200),
    "sign-in": (200, 302, 302, 302, 302, 302),
    "sign-out": (405, 405, 405, 405, 405, 405),
    "theme": (405, 405, 405, 405, 405, 405),
    "language": (405, 405, 405, 405, 405, 405),
    "account": (302, 200, 200, 200, 200, 200),
    "account/password": (405, 405, 405, 405, 405, 405),
    "account/keys": (405, 405, 405, 405, 405, 405),
    "account/tokens": (405, 405, 405, 405, 405, 405),
    "account/tokens/<int:pk>/revoke": (405, 405, 405, 405, 405, 405),
    "invitations/<str:token>": (200, 200, 302, 302, 302, 200),
    "welcome/<str:token>": (200, 200, 200, 200, 200, 200),
    "undo": (405, 405, 405, 405, 405, 405),
    "notices/<int:pk>/read": (405, 405, 405, 405, 405, 405),
    "studies/new": (302, 403, 403, 403, 403, 200),
}
DOING: dict[str, tuple[int, ...]] = {
    "healthz": (405, 405, 405, 405, 405, 405),
    "readyz": (405, 405, 405, 405, 405, 405),
    "": (405, 405, 405, 405, 405, 405),
    "favicon.ico": (302, 302, 302, 302, 302, 302),
    "rate-worker.js": (405, 405, 405, 405, 405, 405),
    "sign-in": (400, 302, 302, 302, 302, 302),
    "sign-out": (302, 302, 302, 302, 302, 302),
    "theme": (302, 302, 302, 302, 302, 302),
    "language": (302, 302, 302, 302, 302, 302),
    "account": (405, 405, 405, 405, 405, 405),
    "account/password": (302, 400, 400, 400, 400, 400),
    "account/keys": (302, 302, 302, 302, 302, 302),
    "account/tokens": (302, 400, 400, 400, 400, 400),
    "account/tokens/<int:pk>/revoke": (302, 404, 404, 404, 302, 404),  # the manager's
    "invitations/<str:token>": (400, 302, 302, 302, 302, 302),  # a stranger says who they are first
    "welcome/<str:token>": (400, 400, 400, 400, 400, 400),
    "undo": (302, 302, 302, 302, 302, 302),
    "notices/<int:pk>/read": (302, 404, 302, 404, 404, 404),  # to the annotator
    "studies/new": (302, 403, 403, 403, 403, 400),
}


def people_of(scene: Cast) -> dict[str, User | None]:
    return {"stranger": None, **scene.people, "staff": make_user("owner", is_staff=True, is_superuser=True)}


@pytest.mark.parametrize(("verb", "expected"), [("get", LOOKING), ("post", DOING)])
def test_each_address_as_each_kind_of_person(verb: str, expected: dict[str, tuple[int, ...]]) -> None:
    scene = make_cast()
    people, got = people_of(scene), {}
    for route, path in outside(scene).items():
        got[route] = tuple(asked(people[kind], verb, path) for kind in KINDS)

    assert got == expected


def asked(person: User | None, verb: str, path: str) -> int:
    with undone():
        return int(getattr(client_of(person), verb)(path).status_code)


def test_the_admin_is_for_staff_alone() -> None:
    scene = make_cast()
    people = people_of(scene)
    tables = [
        reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist") for model in admin.site._registry
    ]
    assert len(tables) > 20

    for path in [reverse("admin:index"), *tables]:
        answers = {kind: client_of(person).get(path) for kind, person in people.items()}
        sent = {kind: (answer.status_code, answer.headers.get("Location")) for kind, answer in answers.items()}
        assert sent == {**dict.fromkeys(KINDS, (302, f"/admin/login/?next={path}")), "staff": (200, None)}
