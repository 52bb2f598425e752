"""What the browser tests look at is every address, but for those that are known to answer with something else."""

import pytest

from tests.webapp.pages.cast import client_of, make_cast
from tests.webapp.pages.every_page import is_page, outside, pages_of, routes
from tests.webapp.pages.test_urls import LOOKING, address

pytestmark = pytest.mark.django_db

PARTS_OF_PAGES = {"/progress", "/card", "/notices", "/models/progress", "/models/prelabelling"}
FILES = {
    "/viewing/{part}",
    "/images/{image}/file",
    "/images/{image}/thumbnail",
    "/sketches/{sketch}",
    "/regions/{region}/preview",
    "/try/pictures/{picture}/file",
    "/try/pictures/{picture}/thumbnail",
    "/downloads/{export}/file",
    "/journal/file",
    "/people/list",
}
LEAD_ELSEWHERE = {"/setup", "/images/undecided", "/labels/disputes/next"}
LOOKED_AT_BY_ITSELF = {"/exams/{exam}/result"}
"""It needs an exam that is over: tests/browser/teaching_pages_browser.py."""
FOR_PROGRAMS = {"healthz", "readyz", "favicon.ico", "rate-worker.js"}
ONLY_SENT_TO = {
    "sign-out",
    "theme",
    "language",
    "account/password",
    "account/keys",
    "account/tokens",
    "account/tokens/<int:pk>/revoke",
    "undo",
    "notices/<int:pk>/read",
}


def test_no_address_is_without_a_page_unless_it_is_known_why() -> None:
    scene = make_cast()
    seen = set(pages_of("manager", scene)) | set(pages_of("annotator", scene))
    known = PARTS_OF_PAGES | FILES | LEAD_ELSEWHERE | LOOKED_AT_BY_ITSELF

    assert {pattern for pattern in LOOKING if address(pattern, scene) not in seen} == known


def test_outside_of_studies_neither() -> None:
    scene = make_cast()
    ada = scene.people["manager"]
    ada.is_staff = True  # or no new study for her
    ada.save()
    clients = [client_of(None), client_of(ada)]

    seen = {route for route, path in outside(scene).items() if any(is_page(client.get(path)) for client in clients)}

    assert set(routes()) - seen == FOR_PROGRAMS | ONLY_SENT_TO
