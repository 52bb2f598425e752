"""When drift is worth a person's look. An alarm needs an effect that matters and that chance does not explain."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from annotation.aggregation.drift import (
    Course,
    Slope,
    between_sittings,
    over_days,
    over_the_day,
    typical_length,
    within_sittings,
)
from annotation.aggregation.estimates import Estimate, Z

FATIGUE, TIME_OF_DAY, DAYS, SITTINGS, REPEATS = "fatigue", "time_of_day", "days", "sittings", "repeats"
MOST_IN_A_SITTING = 0.1
"""Levels over a typical sitting."""
MOST_IN_A_DAY, HOURS = 0.2, 8.0
"""Levels over a working day of so many hours."""
MOST_IN_A_WEEK, DAYS_OF_A_WEEK = 0.2, 7.0
MOST_BETWEEN_SITTINGS = 0.3
"""Levels, as a standard deviation."""
MOST_WORSE_IN_A_WEEK = 0.2
"""Levels that a second look moves away from the first."""
LEAST_SITTINGS, RARE = 5, 0.002
"""Sittings to compare, and how seldom chance may make as much of them."""
SIGMAS = 3.0
"""Standard errors of a slope, for the same reason: many people are looked at, in several ways."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """`value` and `threshold` are in levels; `annotator` is None when it is about everybody."""

    what: str
    value: float
    threshold: float
    annotator: int | None


def alarms_of(course: Course) -> list[Alarm]:
    """About everybody first."""
    found = [
        *_steep(FATIGUE, within_sittings(course), typical_length(course), MOST_IN_A_SITTING),
        *_steep(TIME_OF_DAY, over_the_day(course), _hours(course), MOST_IN_A_DAY),
        *_steep(DAYS, over_days(course), DAYS_OF_A_WEEK, MOST_IN_A_WEEK),
        *_uneven(course),
    ]
    return sorted(found, key=lambda alarm: alarm.annotator is not None)


def alarms_of_repeats(slope: Slope) -> list[Alarm]:
    """People repeat themselves less and less; that they repeat themselves better is no alarm."""
    found = _steep(REPEATS, slope, DAYS_OF_A_WEEK, MOST_WORSE_IN_A_WEEK)
    return [alarm for alarm in found if alarm.value > 0]


def _steep(what: str, slope: Slope, reach: float, most: float) -> Iterator[Alarm]:
    for annotator, estimate in ((None, slope.all), *enumerate(slope.each)):
        if estimate.value is not None and _is_clear(estimate) and abs(estimate.value * reach) > most:
            yield Alarm(what, estimate.value * reach, most, annotator)


def _hours(course: Course) -> float:
    """No further than anybody worked."""
    return min(HOURS, float(np.ptp(course.hour))) if len(course.hour) else HOURS


def _is_clear(estimate: Estimate) -> bool:
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return False
    return abs(estimate.value) > (estimate.high - estimate.low) / 2 * SIGMAS / Z


def _uneven(course: Course) -> Iterator[Alarm]:
    for annotator in (None, *range(course.annotators)):
        found = between_sittings(course, annotator)
        enough = found.sittings >= LEAST_SITTINGS and (found.chance is None or found.chance < RARE)
        if enough and found.sd is not None and found.sd > MOST_BETWEEN_SITTINGS:
            yield Alarm(SITTINGS, found.sd, MOST_BETWEEN_SITTINGS, annotator)
