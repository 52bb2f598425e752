"""One annotator on one scale: signals, bias and inconsistency together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from annotation.aggregation.ballots import Floats
from annotation.aggregation.recovery import Recovered
from annotation.aggregation.screening import Signals


@dataclass(frozen=True, slots=True)
class Seen:
    scale: str
    signals: Signals
    bias: float
    bias_low: float
    bias_high: float
    inconsistency: float
    inconsistency_low: float
    inconsistency_high: float


def seen_of(
    place: int, signals: Mapping[str, Sequence[Signals]], recovered: Mapping[str, Recovered]
) -> tuple[Seen, ...]:
    """On the scales people are judged by. Somebody whose votes do not count is held against the scores of those that do."""
    return tuple(
        Seen(scale, people[place], *(float(column[place]) for column in _columns(recovered[scale])))
        for scale, people in signals.items()
        if scale in recovered
    )


def _columns(found: Recovered) -> tuple[Floats, ...]:
    bias = (found.bias, found.bias_low, found.bias_high)
    return (*bias, found.inconsistency, found.inconsistency_low, found.inconsistency_high)
