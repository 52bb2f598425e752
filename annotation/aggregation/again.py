"""How well people repeat themselves: second looks that nobody told them of, one by one and in the course of the study."""

from dataclasses import dataclass

import numpy as np

from annotation.aggregation.checks import repeat_sd, weighted_kappa
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
    """On one scale. `slope` is how the distance of the second look from the first grows, in levels a day."""

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
    away = repeats.first - repeats.second
    sd = float(np.sqrt((away**2).mean() / 2)) if len(away) else None
    return Again(Repeated(len(away), sd, weighted_kappa(repeats.first, repeats.second)), each, _slope(panel, scale))


def _slope(panel: Panel, scale: str) -> Slope:
    """Days are counted from the first second look; unknown where nobody wrote down when, or all were on one day."""
    day = panel.moments_of_repeats() / DAY_S
    if not len(day) or not np.isfinite(day).all() or np.ptp(day) < LEAST_DAYS:
        return Slope(UNKNOWN, (UNKNOWN,) * len(panel.annotators))
    return repeats_over_time(panel.repeats_of(scale), day - day.min(), len(panel.annotators))
