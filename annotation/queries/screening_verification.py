"""Does what is said of each annotator follow from the raw votes? Every signal is worked out a second time, in SQL."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from annotation.models import Study
from annotation.queries.screening_in_sql import LEAST_VOTES, Told, told_by_sql
from annotation.queries.verification import Difference

if TYPE_CHECKING:
    from annotation.aggregation.signals import Signal, Signals

NEAR = 1e-6


def screening_differences(
    study: Study, scale: str, people: Sequence[int], found: "Sequence[Signals]", inconsistency: Mapping[int, float]
) -> Iterator[Difference]:
    """`people` are the annotators' keys in the order of `found`; `inconsistency` is by key, and verified by itself."""
    votes, told = told_by_sql(study, scale, inconsistency)
    subject = f"screening on {scale}"
    for person, signals in zip(people, found, strict=True):
        count = votes.get(person, 0)
        if count != signals.votes:
            yield Difference(None, subject, f"person {person} has {signals.votes} votes, by SQL {count}.")
        for signal in signals.every:
            message = _difference(signal, person, count, told.get(signal.name))
            if message:
                yield Difference(None, subject, f"{signal.name} of person {person} {message}")


def _difference(signal: "Signal", person: int, votes: int, told: Told | None) -> str:
    """In words; empty where both say the same. What SQL does not tell (a rule by condition) is nothing."""
    based_on, value = told.values.get(person, (0, None)) if told else (0, None)
    enough = told is not None and votes >= LEAST_VOTES and based_on >= told.least
    flagged = told is not None and enough and person in told.against
    if based_on == signal.votes and flagged == signal.flagged and _same(signal.value, value):
        return ""
    return f"is {_words(signal.value, signal.flagged)}, by SQL {_words(value, flagged)}."


def _same(one: float | None, other: float | None) -> bool:
    return one == other if one is None or other is None else math.isclose(one, other, abs_tol=NEAR)


def _words(value: float | None, flagged: bool) -> str:
    return "nothing" if value is None else f"{value:.6f} ({'a flag' if flagged else 'no flag'})"
