"""The course of an old experiment: when its votes were given, and in which sittings."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from annotation.aggregation.ballots import Floats, Integers

UNKNOWN = math.nan
MILLISECONDS = 1e11
"""From here on a number cannot be meant as seconds: they would be in the year 5138."""
LATEST = 1e14
PAUSE_S = 30 * 60
"""Without a column for the session, a new sitting begins after so long a pause."""


class Vote(NamedTuple):
    """`moment` in seconds since 1970 and `milliseconds` are UNKNOWN where the file does not say."""

    stimulus: str
    subject: str
    score: float
    moment: float
    session: str
    milliseconds: float


def number_of(text: str, empty: float | None = None) -> float | None:
    """None for what is no number; `empty` for nothing."""
    if not text:
        return empty
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def moment_of(text: str) -> float | None:
    """Seconds since 1970 from themselves, from milliseconds (as JavaScript has them) or from ISO 8601; None for none of these.

    In UTC unless it says otherwise.
    """
    number = number_of(text, UNKNOWN)
    if number is not None:
        return _in_seconds(number)
    try:
        said = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (said if said.tzinfo else said.replace(tzinfo=UTC)).timestamp()


def _in_seconds(number: float) -> float | None:
    if abs(number) >= LATEST:
        return None
    return number / 1000 if abs(number) >= MILLISECONDS else number


def sittings_of(votes: Sequence[Vote], annotator: "Integers", moment: "Floats") -> "tuple[Integers, Integers]":
    """Each vote's sitting, -1 where nobody wrote down session or time, and its place in it from 0.

    Within a session votes come in the order of their times, in that of the file without times.
    """
    import numpy as np  # slow import

    timed = bool(np.isfinite(moment).all())
    if not timed and not any(vote.session for vote in votes):
        return np.full(len(votes), -1), np.full(len(votes), -1)
    order = np.lexsort((np.arange(len(votes)), moment if timed else np.zeros(len(votes)), annotator))
    if any(vote.session for vote in votes):
        names = [f"{vote.subject}\0{vote.session}" for vote in votes]
        sitting = np.unique(names, return_inverse=True)[1]
    else:
        begins = np.ones(len(votes), bool)
        begins[1:] = (np.diff(annotator[order]) != 0) | (np.diff(moment[order]) > PAUSE_S)
        sitting = np.empty(len(votes), np.int64)
        sitting[order] = np.cumsum(begins) - 1
    return sitting, _places(sitting, order)


def _places(sitting: "Integers", order: "Integers") -> "Integers":
    """Of each vote in its sitting, when all are taken in this order."""
    import numpy as np

    by_sitting = order[np.argsort(sitting[order], kind="stable")]
    starts = np.searchsorted(sitting[by_sitting], sitting[by_sitting])
    place = np.empty(len(order), np.int64)
    place[by_sitting] = np.arange(len(order)) - starts
    return place
