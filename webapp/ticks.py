"""Round numbers for the lines across a chart."""

import math
from collections.abc import Iterator

_ROUND = (1.0, 2.0, 2.5, 5.0)


def round_step(span: float, parts: int) -> float:
    """The smallest of 1, 2, 2.5 and 5 times a power of ten that goes into `span` at most `parts` times."""
    return next(step for step in _steps(span / parts) if step >= span / parts * (1 - 1e-9))


def round_counts(most: int, parts: int = 4) -> list[int]:
    """From nothing to `most`, which is there whatever it is; a round number just below it gives way."""
    step = next(int(step) for step in _steps(most / parts) if step >= most / parts and step == int(step))
    return [*(count for count in range(0, most, step) if most - count > step / 4), most]


def round_range(low: float, high: float, parts: int = 4) -> list[float]:
    """Round numbers from at most `low` to at least `high`."""
    step = round_step(high - low, parts)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(number * step, 10) for number in range(first, last + 1)]


def _steps(least: float) -> Iterator[float]:
    """Round numbers from about `least` upwards."""
    power = math.floor(math.log10(least))
    return (number * 10.0**tens for tens in range(power, power + 3) for number in _ROUND)
