"""Guessing passwords is slow: attempts are counted per address and name, and per address alone."""

from django.http import HttpRequest
from django.utils.translation import gettext_noop

from webapp.addresses import address_of
from webapp.api.throttling import guesser_of, seconds_to_wait

NAMES_PER_ADDRESS = "stranger"
ATTEMPTS_PER_NAME = "sign-in"
TOO_MANY = gettext_noop("Too many attempts. Wait a minute, then try again.")


def may_try(request: HttpRequest, name: str) -> bool:
    address = address_of(request)
    waits = [seconds_to_wait(ATTEMPTS_PER_NAME, guesser_of(address, name)), seconds_to_wait(NAMES_PER_ADDRESS, address)]
    return not any(waits)
