"""How often somebody may ask: a count per window.

Guesses of passwords are counted for all web processes together. What signed-in people ask is counted in each process by
itself: asking the shared cache with every vote would cost a tenth of the vote.
"""

import hashlib
import logging
import time
from abc import ABC, abstractmethod
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, ClassVar, NamedTuple, cast

from django.core.cache import caches
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

from annotation.models import User
from webapp.addresses import address_of

if TYPE_CHECKING:  # the views name these classes in their turn
    from rest_framework.views import APIView

log = logging.getLogger(__name__)

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class Counts:
    """How often each key came, in this process."""

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._lock = Lock()
        self._counts: dict[str, int] = {}

    def add(self, key: str) -> int:
        """Keys name their window, so nobody asks for old ones; all are forgotten once there are too many."""
        with self._lock:
            if len(self._counts) >= self._most:
                self._counts.clear()
            self._counts[key] = count = self._counts.get(key, 0) + 1
            return count

    def of(self, key: str) -> int:
        return self._counts.get(key, 0)


COUNTS = Counts()


@cache
def parse_rate(rate: str) -> tuple[int, int]:
    """The count and the seconds: 20/min is (20, 60). Raises ValueError for another shape."""
    count, _, period = rate.partition("/")
    if period[:1] not in _SECONDS or not count.isdigit():
        raise ValueError(f"A rate looks like 20/min, not {rate!r}.")
    return int(count), _SECONDS[period[0]]


class Allowance(NamedTuple):
    """How many requests one caller may make in the present window, and under which key they are counted."""

    key: str
    most: int
    window_seconds: int
    passed_seconds: float


def allowance_of(scope: str, who: str) -> Allowance | None:
    """None where the scope has no rate."""
    rate = cast(str | None, api_settings.DEFAULT_THROTTLE_RATES.get(scope))
    if not rate:
        return None
    most, window = parse_rate(rate)
    number, passed = divmod(time.time(), window)
    return Allowance(f"throttle:{scope}:{who}:{int(number)}", most, window, passed)


def seconds_to_wait(scope: str, who: str) -> float | None:
    """Counts one more request of `who`; None when it is within the scope's rate. Without the cache all are let in."""
    allowance = allowance_of(scope, who)
    if allowance is None:
        return None
    try:
        count = _count(scope, allowance.key, allowance.window_seconds)
    except (RedisError, OSError) as error:
        log.warning("Throttling is off, the cache is away: %s", error)
        return None
    return None if count <= allowance.most else allowance.window_seconds - allowance.passed_seconds


def _count(scope: str, key: str, window: int) -> int:
    if scope == UserThrottle.scope:
        return COUNTS.add(key)
    cache = caches["default"]
    try:
        return cache.incr(key)
    except ValueError:
        return 1 if cache.add(key, 1, timeout=window) else cache.incr(key)


def guesser_of(address: str, name: str) -> str:
    """Somebody who guesses at one account: however the name is written, it is the same one.

    Forms take blanks away at its ends, and the look-up asks PostgreSQL for capitals, of which that of ı is I.
    """
    account = User.normalize_username(name).strip().upper().casefold()
    return hashlib.sha256(f"{address} {account}".encode("utf-8", "replace")).hexdigest()


class Throttle(BaseThrottle, ABC):
    scope: ClassVar[str]

    def __init__(self) -> None:
        self.seconds: float | None = None

    @abstractmethod
    def who(self, request: Request) -> str | None:
        """Whose requests are counted; None for somebody this throttle is not about."""

    def allow_request(self, request: Request, view: "APIView") -> bool:
        who = self.who(request)
        self.seconds = seconds_to_wait(self.scope, who) if who is not None else None
        return self.seconds is None

    def wait(self) -> float | None:
        return self.seconds


class UserThrottle(Throttle):
    scope = "user"

    def who(self, request: Request) -> str | None:
        return str(request.user.pk) if request.user else None


class StrangerThrottle(Throttle):
    scope = "stranger"

    def who(self, request: Request) -> str | None:
        return None if request.user else address_of(request)
