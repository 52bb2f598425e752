from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.test import override_settings
from redis.exceptions import ConnectionError as RedisAway

from annotation.models import User
from tests.factories import PASSWORD
from tests.webapp.api.client import Api, error_of, program
from webapp.api import throttling

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_counts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(throttling, "time", SimpleNamespace(time=lambda: 1_000_000_040.0))
    monkeypatch.setattr(throttling, "COUNTS", throttling.Counts())
    caches["default"].clear()
    yield
    caches["default"].clear()


def at_rates(**rates: str) -> override_settings:
    names = {"user": None, "stranger": None, "sign-in": None} | {
        key.replace("_", "-"): rate for key, rate in rates.items()
    }
    return override_settings(REST_FRAMEWORK=settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": names})


def test_a_person_s_requests_are_counted_over_all_their_clients(ben: User, ada: User) -> None:
    with at_rates(user="2/min"):
        Api(ben).get("session"), program(ben).get("session")
        third = Api(ben).get("session")
        other = Api(ada).get("session")

    assert error_of(third) == (429, "throttled")
    assert third["Retry-After"] == "40"
    assert other.status_code == 200


def test_strangers_are_counted_by_address(ben: User) -> None:
    with at_rates(stranger="1/min"):
        first, second = Api().get("session"), Api().get("session")
        elsewhere = Api()("get", "session", REMOTE_ADDR="10.0.0.9")
        signed_in = Api(ben).get("session")

    assert [one.status_code for one in (first, second, elsewhere, signed_in)] == [401, 401, 401, 200]


def test_guessing_at_one_name_stops_and_locks_out_nobody_else(ben: User, ada: User) -> None:
    def sign_in(user: User, password: str, address: str = "10.0.0.1") -> Any:
        body = {"username": user.username.upper() if password != PASSWORD else user.username, "password": password}
        return Api()("post", "session", body, REMOTE_ADDR=address)

    with at_rates(sign_in="2/min"):
        guesses = [sign_in(ben, "guess") for _ in range(3)]
        right = sign_in(ben, PASSWORD)
        elsewhere, other = sign_in(ben, PASSWORD, "10.0.0.2"), sign_in(ada, PASSWORD)

    assert [error_of(one)[0] for one in guesses] == [401, 401, 429]
    assert error_of(right) == (429, "throttled")
    assert (elsewhere.status_code, other.status_code) == (200, 200)


def test_a_name_written_in_other_ways_is_the_same_name() -> None:
    written = ["finn", " finn", "finn \t", "FINN", "f\u0131nn", "\uff46inn", "finn\u00a0"]

    assert len({throttling.guesser_of("10.0.0.1", name) for name in written}) == 1
    assert throttling.guesser_of("10.0.0.1", "fin n") != throttling.guesser_of("10.0.0.1", "finn")


def test_a_process_forgets_its_counts_before_they_fill_its_memory() -> None:
    counts = throttling.Counts(most=2)

    assert [counts.add(key) for key in ("one", "one", "two", "two", "one")] == [1, 2, 1, 1, 1]


def test_without_a_rate_nothing_is_counted(ben: User) -> None:
    assert [Api(ben).get("session").status_code for _ in range(5)] == [200] * 5


def test_a_cache_that_is_away_lets_everybody_in(ben: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> int:
        raise RedisAway("no such socket")

    monkeypatch.setattr(caches["default"], "incr", away, raising=False)
    with at_rates(stranger="1/min", sign_in="1/min"):
        assert [throttling.seconds_to_wait("stranger", "somebody") for _ in range(3)] == [None] * 3


def test_behind_a_proxy_everybody_has_an_allowance_of_their_own(ben: User) -> None:
    def guess(name: str, forwarded: str, proxies: int) -> int:
        body = {"username": name, "password": "guess"}
        with override_settings(PROXIES=proxies):
            return int(Api()("post", "session", body, HTTP_X_FORWARDED_FOR=forwarded).status_code)

    with at_rates(stranger="1/min"):
        believed = [
            guess("ben", seen, 1) for seen in ("1.1.1.1", "2.2.2.2", "6.6.6.6, 1.1.1.1", "7.7.7.7, 2.2.2.2:443")
        ]
        unasked = [guess("ada", seen, 0) for seen in ("3.3.3.3", "4.4.4.4")]

    assert (believed, unasked) == ([401, 401, 429, 429], [401, 429])


@pytest.mark.parametrize("rate", ["20", "x/min", "20/week", "-1/min"])
def test_a_rate_that_makes_no_sense_is_named(rate: str) -> None:
    with pytest.raises(ValueError, match="looks like 20/min"):
        throttling.parse_rate(rate)
