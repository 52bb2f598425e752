"""Guessing passwords is slow: sign-in attempts are counted per address and per name."""

import logging

from django.http import HttpRequest
from rest_framework.throttling import SimpleRateThrottle

log = logging.getLogger(__name__)


class SignInThrottle(SimpleRateThrottle):
    scope = "sign-in"

    def __init__(self, subject: str) -> None:
        self.subject = subject.lower()[:150]
        super().__init__()

    def get_cache_key(self, request: object, view: object) -> str:
        return self.cache_format % {"scope": self.scope, "ident": self.subject}


def may_try(request: HttpRequest, name: str) -> bool:
    """False when this address, or this name, has had too many attempts. A cache that is away stops nobody."""
    subjects = [f"address:{request.META.get('REMOTE_ADDR', '')}", f"name:{name}"]
    try:
        return all([SignInThrottle(_safe(subject)).allow_request(request, None) for subject in subjects])  # type: ignore[arg-type]
    except Exception as error:  # noqa: BLE001  whatever the cache's client raises
        log.warning("Sign-in attempts are not counted: %s", error)
        return True


def _safe(subject: str) -> str:
    return subject.encode().hex()
