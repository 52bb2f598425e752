"""The order in which a person is asked for the six distortions: random between people, the same for one person."""

import hashlib
from math import factorial

from annotation.scales import DISTORTIONS, SCALES

ORDERS = factorial(len(DISTORTIONS))


def order_for(seed: int, person_id: int) -> int:
    """One of the 720 orders, from a study's seed and a person: nothing is stored, every server says the same."""
    digest = hashlib.sha256(f"rows {seed} {person_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % ORDERS


def rows_in(order: int) -> tuple[str, ...]:
    """The distortions in an order, a Lehmer code from 0 (that of scales.py) to 719. Raises ValueError for another number."""
    if not 0 <= order < ORDERS:
        raise ValueError(f"There are {ORDERS} orders, 0 to {ORDERS - 1}; {order} is none of them.")
    left, rows = list(DISTORTIONS), []
    for behind in range(len(DISTORTIONS) - 1, -1, -1):
        place, order = divmod(order, factorial(behind))
        rows.append(left.pop(place))
    return tuple(rows)


def scales_in(order: int) -> tuple[str, ...]:
    """All eight: quality and importance always come last."""
    return (*rows_in(order), *SCALES[len(DISTORTIONS) :])
