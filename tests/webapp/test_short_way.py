"""The short way of votes and leases: the same answers as Django's, and Django for everything that is out of the ordinary."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone
from pytest_django.fixtures import Settings
from rest_framework.settings import api_settings

from annotation.actions import votes
from annotation.models import AccessToken, Assignment, Study, User, Vote
from annotation.queries.statements import commit
from tests.annotation.actions.sitters import make_protocol
from tests.factories import make_member, make_region, make_study
from tests.webapp.api.client import Api, ballot, error_of, program
from tests.webapp.through_short_way import ShortWayHandler
from webapp import short_way
from webapp.api import even_timing, throttling

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    study = make_study(slug="birds")
    for _ in range(4):
        make_region(study)
    return study


@pytest.fixture
def ben(study: Study) -> User:
    return make_member(study)


@pytest.fixture
def api(ben: User) -> Api:
    """A program that has asked once for each, so that the headers are known."""
    api = program(ben)
    api.client.handler = handler = ShortWayHandler()
    vote(api)
    handler.asked = 0
    return api


def asked(api: Api) -> int:
    """How often Django was asked since the headers are known."""
    handler = api.client.handler
    assert isinstance(handler, ShortWayHandler)
    return handler.asked


def lease(api: Api) -> Any:
    return api.post("studies/birds/assignments")


def vote(api: Api) -> Any:
    return api.post("votes", ballot(lease(api).json()["assignment"]["lease"]))


def test_an_ordinary_lease_and_vote_never_come_to_django(api: Api) -> None:
    answer = vote(api)

    assert (answer.status_code, asked(api)) == (201, 0)
    assert Vote.objects.count() == 2
    assert Assignment.objects.filter(vote=answer.json()["id"]).count() == 1


def test_answers_are_those_of_django_to_the_byte(api: Api, ben: User) -> None:
    own = program(ben)
    seat = lease(api)
    said = ballot(seat.json()["assignment"]["lease"])

    pairs = [
        (seat, lease(own)),  # one's own unfinished seat once more
        (api.post("votes", said), own.post("votes", said)),
        (api.post("votes", said), own.post("votes", said)),
    ]

    assert asked(api) == 0
    for short, django in pairs:
        assert dict(short.headers) == dict(django.headers) | {"Content-Length": str(len(short.content))}
    (short_seat, seat_again), (first, second), (third, fourth) = ((a.json(), b.json()) for a, b in pairs)
    assert [short.status_code for short, _ in pairs] == [200, 201, 200]
    assert short_seat["assignment"].keys() == seat_again["assignment"].keys()
    assert short_seat["assignment"]["region"] == seat_again["assignment"]["region"]
    assert first == {**second, "created": True}
    assert third == fourth == second


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_each_language_has_headers_of_its_own(api: Api, ben: User, language: str) -> None:
    api.headers["Accept-Language"] = language
    own = program(ben)
    own.headers["Accept-Language"] = language

    learnt, short, django = lease(api), lease(api), lease(own)

    assert asked(api) == 1
    assert dict(learnt.headers) == dict(short.headers) == dict(django.headers)
    assert short.headers["Content-Language"] == language.lower()


def test_a_refusal_is_not_learnt_from(study: Study, ben: User) -> None:
    api = program(ben)
    api.client.handler = handler = ShortWayHandler()

    refused = api.post("studies/fishes/assignments")
    first, second = lease(api), lease(api)

    assert (refused.status_code, handler.asked) == (404, 2)
    assert dict(second.headers) == dict(first.headers)


def refusals(api: Api) -> dict[str, Callable[[], Any]]:
    seat = lease(api).json()["assignment"]["lease"]
    return {
        "nothing_known": lambda: api.post("votes", ballot(seat, more=1)),
        "no_lease": lambda: api.post("votes", ballot("made up")),
        "bad_level": lambda: api.post("votes", ballot(seat, opinion={"quality": 9})),
        "bad_key": lambda: api.post("votes", ballot(seat, idempotency_key="one")),
        "other_study": lambda: api.post("studies/fishes/assignments"),
        "broken_json": lambda: _raw(api, b'{"lease": '),
        "no_object": lambda: _raw(api, b"[1]"),
        "no_text": lambda: _raw(api, b"\xff"),
        "too_deep": lambda: _raw(api, b'{"lease":' + b"[" * 100_000),
        "too_large": lambda: _raw(api, b"[" * (2 * 1024 * 1024 + 1)),
    }


@pytest.mark.parametrize(
    ("name", "status"),
    [
        *[(name, 400) for name in ("nothing_known", "no_lease", "bad_level", "bad_key", "broken_json", "no_object")],
        *[("other_study", 404), ("no_text", 400), ("too_deep", 400), ("too_large", 413)],
    ],
)
def test_django_says_what_is_wrong(api: Api, ben: User, name: str, status: int) -> None:
    own = program(ben)

    refused, django = refusals(api)[name](), refusals(own)[name]()

    assert (refused.status_code, asked(api)) == (status, 1)
    assert refused.content == django.content
    assert dict(refused.headers) == dict(django.headers)
    assert Vote.objects.count() == 1


def _raw(api: Api, body: bytes) -> Any:
    url = "/api/v1/votes"
    return api.client.post(url, data=body, content_type="application/json", headers=api.headers)


def test_a_vote_twice_on_one_region_is_a_conflict(api: Api) -> None:
    seat = lease(api).json()["assignment"]["lease"]
    api.post("votes", ballot(seat))

    again = api.post("votes", ballot(seat))

    assert error_of(again) == (409, "already_voted")
    assert asked(api) == 1


@pytest.mark.parametrize("change", ["revoked", "expired", "read only", "account closed", "unknown"])
def test_a_token_that_is_no_longer_good_ends_at_once(api: Api, ben: User, change: str) -> None:
    tokens = AccessToken.objects.filter(user=ben)
    now = timezone.now()
    changes: dict[str, Callable[[], object]] = {
        "revoked": lambda: tokens.update(revoked_at=now),
        "expired": lambda: tokens.update(created_at=now - timedelta(days=2), expires_at=now - timedelta(days=1)),
        "read only": lambda: tokens.update(scopes=["read"]),
        "account closed": lambda: User.objects.filter(pk=ben.pk).update(is_active=False),
        "unknown": lambda: api.headers.update(Authorization="Bearer gull_made_up"),
    }
    changes[change]()

    answer = lease(api)

    assert answer.status_code == (403 if change == "read only" else 401)
    assert asked(api) == 1


@pytest.mark.parametrize(
    "headers", [{"Cookie": "a=b"}, {"Authorization": "bearer x"}, {"Content-Type": "application/json; charset=utf-8"}]
)
def test_what_programs_do_not_send_is_for_django(api: Api, headers: dict[str, str]) -> None:
    request = api.headers | headers
    kind = request.pop("Content-Type", "application/json")

    api.client.post("/api/v1/studies/birds/assignments", data=b"{}", content_type=kind, headers=request)
    api.client.get("/api/v1/studies", headers=api.headers)
    api.client.post(
        "/api/v1/studies/birds/assignments?a=b", data=b"{}", content_type="application/json", headers=api.headers
    )

    assert asked(api) == 3


def test_a_foreign_host_is_refused(api: Api) -> None:
    api.headers["Host"] = "elsewhere.example"

    assert [lease(api).status_code for _ in range(2)] == [400, 400]


def test_https_is_asked_for_and_promised(api: Api, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 3600
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    api.client.handler = ShortWayHandler()

    plain = lease(api)
    api.headers["X-Forwarded-Proto"] = "https"
    first, second = lease(api), lease(api)

    assert (plain.status_code, first.status_code, second.status_code) == (301, 200, 200)
    assert second.headers["Strict-Transport-Security"] == first.headers["Strict-Transport-Security"] == "max-age=3600"
    assert asked(api) == 2


def test_every_request_counts_once_towards_the_rate(api: Api, ben: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_settings, "DEFAULT_THROTTLE_RATES", {"user": "4/d", "stranger": None})
    monkeypatch.setattr(short_way, "COUNTS", counts := throttling.Counts())
    monkeypatch.setattr(throttling, "COUNTS", counts)

    answers = [lease(api), api.post("votes", {}), lease(api), lease(api), lease(api)]

    assert [answer.status_code for answer in answers] == [200, 400, 200, 200, 429]
    assert list(counts._counts.values()) == [5]
    assert asked(api) == 2


def test_an_error_in_between_leaves_nothing_and_django_does_it_all_again(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = ballot(lease(api).json()["assignment"]["lease"])
    broken = iter([OperationalError("the server went away")])

    def commit_or_break() -> None:
        for error in broken:
            raise error
        commit()

    monkeypatch.setattr(votes, "commit", commit_or_break)

    answer = api.post("votes", said)

    assert (answer.status_code, answer.json()["created"], asked(api)) == (201, True, 1)
    assert Vote.objects.filter(idempotency_key=str(said["idempotency_key"])).count() == 1


def test_only_what_hides_something_leaves_on_a_beat(study: Study, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(even_timing, "pause", waited.append)
    vote(api)
    without = len(waited)
    make_protocol(study)

    answer = vote(api)

    assert (answer.status_code, without, len(waited), asked(api)) == (201, 0, 2, 0)


def test_a_connection_is_given_back_whatever_comes_of_a_vote_and_before_its_beat(
    study: Study, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    make_protocol(study)
    handler = api.client.handler
    assert isinstance(handler, ShortWayHandler)
    monkeypatch.setattr(handler.short_way, "_give_back", lambda: done.append("given back"))
    monkeypatch.setattr(even_timing, "pause", lambda seconds: done.append("beat"))

    lease(api)
    api.post("votes", {})

    assert done == ["given back", "beat", "given back"]


def test_a_body_ends_where_its_length_says() -> None:
    environ: short_way.Environ = {"wsgi.input": BytesIO(b"{} and more"), "CONTENT_LENGTH": "2"}

    assert short_way._body(environ) == b"{}"
    assert environ["wsgi.input"].read() == b"{}"
    assert short_way._body({"CONTENT_LENGTH": ""}) is None
