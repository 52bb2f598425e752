"""The numbers by which people outside know seats: told apart, but saying nothing about when or why a seat was made.

A seat's key counts upwards, and a hidden check is made when it is handed out: its key alone would give it away.
"""

from functools import cache
from hashlib import blake2s

from django.conf import settings

_HALF = 24  # bits; the whole fits into a JavaScript number
_ROUNDS = 4


def number_of(pk: int) -> int:
    """The outside number of a seat: a permutation under the server's secret (a Feistel network)."""
    left, right = divmod(pk, 1 << _HALF)
    for turn in range(_ROUNDS):
        left, right = right, left ^ _mixed(right, turn)
    return left << _HALF | right


def pk_of(number: int) -> int:
    """The key behind an outside number; 0, which no row has, for a number that cannot be one."""
    if not 0 <= number < 1 << 2 * _HALF:
        return 0
    left, right = divmod(number, 1 << _HALF)
    for turn in reversed(range(_ROUNDS)):
        left, right = right ^ _mixed(left, turn), left
    return left << _HALF | right


def _mixed(half: int, turn: int) -> int:
    text = bytes([turn]) + half.to_bytes(_HALF // 8)
    return int.from_bytes(blake2s(text, key=_key(), digest_size=_HALF // 8).digest())


@cache
def _key() -> bytes:
    return blake2s(f"gullery.seats {settings.SECRET_KEY}".encode()).digest()
