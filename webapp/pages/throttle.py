"""Guessing passwords is slow: attempts are counted per address and name, and per address alone."""

import hashlib
from typing import Any, cast

from django.http import HttpRequest

from webapp.api.throttling import address_of, seconds_to_wait

NAMES_PER_ADDRESS = "stranger"
ATTEMPTS_PER_NAME = "sign-in"


def may_try(request: HttpRequest, name: str) -> bool:
    address = address_of(cast(Any, request))
    pair = hashlib.sha256(f"{address} {name.casefold()}".encode("utf-8", "replace")).hexdigest()
    waits = [seconds_to_wait(ATTEMPTS_PER_NAME, pair), seconds_to_wait(NAMES_PER_ADDRESS, address)]
    return not any(waits)
