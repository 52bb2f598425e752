"""Every route as every kind of person. A route that is missing in the table fails the test."""

from typing import Any

import pytest

from annotation.models import Study, User
from tests.undoing import undone
from tests.webapp.api.answers import assert_as_described
from tests.webapp.api.client import Api, error_of, program
from tests.webapp.api.routes import api_routes
from tests.webapp.api.world import World

pytestmark = pytest.mark.django_db

EVERYBODY = (401, 200, 200, 200, 200)
MEMBERS = (401, 404, 200, 200, 200)
OVERSEERS = (401, 404, 403, 200, 200)
MANAGERS = (401, 404, 403, 403, 200)
OVERSEERS_ROW = (401, 404, 404, 200, 200)
MANAGERS_ROW = (401, 404, 404, 404, 200)
BENS = (401, 404, 200, 404, 404)
"""What a stranger, an outsider, the annotator Ben, a reviewer and a manager get."""

SQUARE = {"level": "object", "polygon": [[1, 1], [60, 1], [60, 40], [1, 40]]}

TABLE: dict[str, tuple[object, tuple[int, ...]]] = {
    "get session": (None, EVERYBODY),
    "post session": ({}, (400, 400, 400, 400, 400)),
    "delete session": (None, (401, 204, 204, 204, 204)),
    "get tokens": (None, EVERYBODY),
    "post tokens": ({"name": "x", "scopes": ["read"], "days": 1}, (401, 201, 201, 201, 201)),
    "delete tokens/{id}": (None, (401, 404, 204, 404, 404)),
    "get studies": (None, EVERYBODY),
    "post studies": ({"name": "New", "slug": "new"}, (401, 403, 403, 403, 403)),
    "get studies/{slug}": (None, MEMBERS),
    "patch studies/{slug}": ({"lease_minutes": 12}, MANAGERS),
    "get studies/{slug}/progress": (None, MEMBERS),
    "get studies/{slug}/board": (None, MANAGERS),
    "get studies/{slug}/members": (None, MANAGERS),
    "post studies/{slug}/members": ({"username": "cleo", "role": "annotator"}, MANAGERS),
    "patch studies/{slug}/members/{id}": ({"paused": True}, MANAGERS),
    "delete studies/{slug}/members/{id}": (None, (401, 404, 403, 403, 204)),
    "put studies/{slug}/member-decisions": (
        {"members": [999_999], "verb": "pause"},
        (401, 404, 403, 403, 400),
    ),
    "put studies/{slug}/member-limits": (
        {"members": [999_999], "votes_at_most": 1, "votes_per_day": None},
        (401, 404, 403, 403, 400),
    ),
    "post studies/{slug}/member-messages": ({"members": [999_999], "text": "Hello."}, (401, 404, 403, 403, 400)),
    "get studies/{slug}/protocol": (None, MANAGERS),
    "put studies/{slug}/protocol": ({"warm_up": 1}, MANAGERS),
    "delete studies/{slug}/protocol": (None, (401, 404, 403, 403, 204)),
    "get studies/{slug}/invitations": (None, MANAGERS),
    "post studies/{slug}/invitations": ({}, (401, 404, 403, 403, 201)),
    "post invitations/{id}/revocation": ({}, MANAGERS_ROW),
    "get studies/{slug}/messages": (None, MANAGERS),
    "post studies/{slug}/messages": ({"text": "Hello."}, (401, 404, 403, 403, 201)),
    "get studies/{slug}/messages/mine": (None, MEMBERS),
    "put messages/{id}/reading": (None, (401, 404, 204, 404, 404)),
    "get studies/{slug}/journal": (None, MANAGERS),
    "get studies/{slug}/remarks": (None, OVERSEERS),
    "put remarks/{id}/handling": (None, OVERSEERS_ROW),
    "get studies/{slug}/images": (None, OVERSEERS),
    "get images/{id}": (None, OVERSEERS_ROW),
    "get images/{id}/file": (None, OVERSEERS_ROW),
    "get images/{id}/regions": (None, OVERSEERS_ROW),
    "post images/{id}/regions": (SQUARE, (401, 404, 404, 404, 201)),
    "get regions/{id}": (None, OVERSEERS_ROW),
    "put regions/{id}/decision": ({"status": "accepted"}, MANAGERS_ROW),
    "post images/{id}/sketches": ({"clicks": [[20, 20, True]]}, (401, 404, 404, 404, 202)),
    "get sketches/{id}": (None, MANAGERS_ROW),
    "post studies/{slug}/pictures": (None, (401, 404, 403, 400, 400)),
    "post studies/{slug}/assessments": ("click", (401, 404, 403, 202, 202)),
    "get assessments/{id}": (None, (401, 404, 404, 200, 404)),
    "get studies/{slug}/labels": (None, OVERSEERS),
    "post studies/{slug}/seat-requests": ({"regions": [999_999], "seats": 1}, (401, 404, 403, 403, 400)),
    "put studies/{slug}/region-decisions": ({"regions": [999_999], "status": "accepted"}, (401, 404, 403, 403, 400)),
    "put studies/{slug}/image-decisions": ({"images": [999_999], "verb": "accept"}, (401, 404, 403, 403, 400)),
    "get studies/{slug}/snapshots": (None, OVERSEERS),
    "get studies/{slug}/exports": (None, OVERSEERS),
    "post studies/{slug}/exports": ({"format": "coco"}, (401, 404, 403, 202, 202)),
    "get exports/{id}": (None, OVERSEERS_ROW),
    "get exports/{id}/file": (None, (401, 404, 404, 409, 409)),
    "post exports/{id}/repetition": ({}, (401, 404, 404, 409, 409)),
    "post exports/{id}/cancellation": ({}, OVERSEERS_ROW),
    "get studies/{slug}/imports": (None, MANAGERS),
    "post studies/{slug}/imports": (None, (401, 404, 403, 403, 400)),
    "get imports/{id}": (None, MANAGERS_ROW),
    "get imports/{id}/files": (None, MANAGERS_ROW),
    "post imports/{id}/cancellation": ({}, MANAGERS_ROW),
    "post imports/{id}/resumption": ({}, (401, 404, 404, 404, 409)),
    "post studies/{slug}/assignments": ({}, (401, 404, 200, 403, 200)),
    "get assignments/{id}": (None, BENS),
    "get assignments/{id}/image": (None, BENS),
    "put assignments/{id}/lease": (None, (401, 404, 200, 404, 409)),
    "delete assignments/{id}/lease": (None, (401, 404, 204, 404, 204)),
    "post votes": ("ballot", (401, 400, 201, 400, 400)),
    "get studies/{slug}/votes/mine": (None, (401, 404, 200, 403, 200)),
    "get studies/{slug}/votes/recent": (None, (401, 404, 200, 403, 200)),
    "post studies/{slug}/viewing-checks": ({}, (401, 404, 400, 403, 400)),
    "post studies/{slug}/sitting-end": ({}, (401, 404, 204, 403, 204)),
    "post remarks": ("remark", (401, 400, 201, 400, 400)),
    "get votes/{id}/hint": (None, BENS),
    "get votes/{id}/feedback": (None, (401, 404, 404, 404, 404)),
    "get studies/{slug}/exams": (None, (401, 404, 200, 403, 200)),
    "post studies/{slug}/exams": ({"kind": "training"}, (401, 404, 409, 403, 409)),
    "get exams/{id}": (None, BENS),
    "post exams/{id}/assignments": ({}, BENS),
    "get studies/{slug}/anchors": (None, MEMBERS),
    "post studies/{slug}/anchor-openings": ({"scale": "blur", "shown_ms": 900}, (401, 404, 201, 403, 201)),
    "get anchors/{id}/file": (None, MEMBERS),
    "post votes/{id}/retraction": ({}, BENS),
    "get studies/{slug}/versions": (None, OVERSEERS),
    "get studies/{slug}/promotions": (None, OVERSEERS),
    "post studies/{slug}/promotions": ({"back": True}, (401, 404, 403, 403, 409)),
    "get studies/{slug}/evaluations": (None, OVERSEERS),
    "post studies/{slug}/evaluations": ({}, (401, 404, 403, 403, 202)),
    "get evaluations/{id}": (None, OVERSEERS_ROW),
    "get studies/{slug}/agreement": (None, OVERSEERS),
    "get studies/{slug}/anchoring": (None, OVERSEERS),
    "get studies/{slug}/apart": (None, OVERSEERS),
    "post studies/{slug}/apart": (None, (401, 404, 403, 403, 409)),
    "get studies/{slug}/training-runs": (None, OVERSEERS),
    "post studies/{slug}/training-runs": (None, (401, 404, 403, 403, 202)),
    "get training-runs/{id}": (None, OVERSEERS_ROW),
    "put training-runs/{id}/decision": ({"promote": False}, MANAGERS_ROW),
    "post training-runs/{id}/cancellation": (None, (401, 404, 404, 404, 409)),
    "post training-runs/{id}/resumption": (None, (401, 404, 404, 404, 409)),
    "get studies/{slug}/exclusions": (None, OVERSEERS),
    "post studies/{slug}/exclusions": ({"member": 999_999, "reason": "No."}, (401, 404, 403, 403, 404)),
    "post studies/{slug}/exclusions/{id}/lifting": ({"reason": "No."}, (401, 404, 403, 403, 404)),
    "get studies/{slug}/adjudications": (None, OVERSEERS),
    "post studies/{slug}/adjudications": (
        {"region": 999_999, "levels": {"quality": 1}, "reason": "No."},
        (401, 404, 403, 404, 404),
    ),
    "post studies/{slug}/adjudications/{id}/withdrawal": (None, (401, 404, 403, 404, 404)),
    "get studies/{slug}/webhooks": (None, MANAGERS),
    "post studies/{slug}/webhooks": (
        {"address": "https://other.example.org", "events": ["export_finished"]},
        (401, 404, 403, 403, 201),
    ),
    "get webhooks/{id}": (None, MANAGERS_ROW),
    "patch webhooks/{id}": ({"active": False}, MANAGERS_ROW),
    "delete webhooks/{id}": (None, (401, 404, 404, 404, 204)),
    "post webhooks/{id}/secret": (None, MANAGERS_ROW),
    "post webhooks/{id}/test": (None, (401, 404, 404, 404, 202)),
    "get webhooks/{id}/deliveries": (None, MANAGERS_ROW),
    "post deliveries/{id}/redelivery": (None, (401, 404, 404, 404, 202)),
    "get schema": (None, EVERYBODY),
}


def ask(api: Api, world: World, row: str) -> Any:
    method, _, route = row.partition(" ")
    return api(method, world.path(route), world.body(TABLE[row][0]))


def test_every_route_is_in_the_table() -> None:
    routes = [f"{method} {path}" for path, methods in api_routes().items() for method in methods]

    assert sorted(routes) == sorted(TABLE)


@pytest.mark.parametrize("kind", range(5), ids=["stranger", "outsider", "annotator", "reviewer", "manager"])
def test_everybody_gets_what_is_theirs(kind: int, study: Study, ben: User, request: pytest.FixtureRequest) -> None:
    person = [None, "cleo", "ben", "dora", "ada"][kind]
    who = person and request.getfixturevalue(person)
    world = World(study, ben)
    User.objects.filter(pk=request.getfixturevalue("cleo").pk).update(username="cleo")

    got = {}
    for row in TABLE:
        with undone():
            response = ask(Api(who), world, row)
            assert_as_described(row, response)
        got[row] = response.status_code

    assert got == {row: statuses[kind] for row, (_, statuses) in TABLE.items()}


def test_a_token_without_a_scope_that_fits_opens_nothing(study: Study, ada: User) -> None:
    world = World(study, ada)
    rows = [row for row in TABLE if row not in {"post session", "get schema"}]

    got = {}
    for row in rows:
        with undone():
            got[row] = error_of(ask(program(ada, *useless_for(row)), world, row))

    assert got == dict.fromkeys(rows, (403, "scope_missing"))


def useless_for(row: str) -> set[str]:
    """Scopes of which none opens the route."""
    method, _, route = row.partition(" ")
    words = ("assignments", "votes", "exams", "anchor", "viewing", "sitting")
    rating = any(word in route for word in words) or route == "remarks"
    if rating:
        return {"manage"} if method == "get" else {"read", "manage"}
    return {"rate", "manage"} if method == "get" else {"read", "rate"}


@pytest.mark.parametrize("path", ["", "nothing", "studies/", "votes/mine", "votes/5f0c6d9e-2f7b-4f7e-9a60", "../admin"])
def test_an_address_nobody_answers_says_so_in_json(path: str, ben: User) -> None:
    assert Api(ben).get(path).json() == {"error": {"code": "not_found", "message": "There is no such address."}}
    assert Api(ben).post(path).status_code == 404
    assert Api().get(path).status_code == 401


def test_an_unknown_query_parameter_is_refused_everywhere(study: Study, ben: User, ada: User) -> None:
    world = World(study, ben)
    rows = [row for row in TABLE if row.startswith("get") and row != "get schema"]

    got = {}
    for row in rows:
        with undone():
            got[row] = error_of(ask_with_query(Api(ben if "assignments" in row else ada), world, row))

    assert got == dict.fromkeys(rows, (400, "unknown_filter"))


def ask_with_query(api: Api, world: World, row: str) -> Any:
    return api.get(world.path(row.partition(" ")[2]), {"annotator__password": "x"})
