"""How well people repeat themselves: second looks that nobody told them of, one by one and in the course of the study."""

from dataclasses import dataclass

import numpy as np

from annotation.aggregation.checks import Repeats, repeat_sd, weighted_kappa
from annotation.aggregation.drift import Slope, repeats_over_time
from annotation.aggregation.estimates import UNKNOWN
from annotation.aggregation.panel import Panel

DAY_S = 86_400.0
LEAST_DAYS = 1.0
"""From the first second look to the last: fewer say nothing of what time does."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """`sd` is that of one vote, in levels; `kappa` has quadratic weights. None where there is nothing to go by."""

    pairs: int
    sd: float | None
    kappa: float | None


@dataclass(frozen=True, slots=True)
class Again:
    """On one scale. `slope` is how the distance of the second look from the first grows, in levels a day.

    Excluded annotators have lines of their own, and no part in what is said of all.
    """

    all: Repeated
    each: tuple[Repeated, ...]
    slope: Slope


def again_of(panel: Panel, scale: str) -> Again:
    repeats, count = panel.repeats_of(scale), len(panel.annotators)
    pairs, deviation = repeat_sd(repeats, count)
    each = tuple(
        Repeated(int(pairs[one]), float(deviation[one]), weighted_kappa(repeats.first[own], repeats.second[own]))
        if (own := repeats.annotator == one).any()
        else Repeated(0, None, None)
        for one in range(count)
    )
    counted = ~panel.excluded[repeats.annotator]
    first, second = repeats.first[counted], repeats.second[counted]
    sd = float(np.sqrt(((first - second) ** 2).mean() / 2)) if len(first) else None
    return Again(Repeated(len(first), sd, weighted_kappa(first, second)), each, _slope(panel, scale))


def _slope(panel: Panel, scale: str) -> Slope:
    """Days are counted from the first second look; unknown where nobody wrote down when, or all were on one day."""
    repeats, day = panel.repeats_of(scale), panel.moments_of_repeats() / DAY_S
    counted = ~panel.excluded[repeats.annotator]
    repeats, day = Repeats(repeats.annotator[counted], repeats.first[counted], repeats.second[counted]), day[counted]
    if not len(day) or not np.isfinite(day).all() or np.ptp(day) < LEAST_DAYS:
        return Slope(UNKNOWN, (UNKNOWN,) * len(panel.annotators))
    return repeats_over_time(repeats, day - day.min(), len(panel.annotators))
