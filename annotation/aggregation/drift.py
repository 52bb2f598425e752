"""Whether votes change while people work: within a sitting, over the day, over the days, from sitting to sitting.

Everything looks at residuals, a vote less the region's recovered score and the annotator's bias, and compares an annotator's
votes with each other only.
"""

from dataclasses import dataclass

import numpy as np

from annotation.aggregation.ballots import Ballots, Flags, Floats, Integers, divide, sums_by
from annotation.aggregation.checks import Repeats
from annotation.aggregation.estimates import UNKNOWN, Estimate
from annotation.aggregation.recovery import Recovered

LEAST_VOTES = 20
"""Fewer say nothing of a slope."""
LEAST_REPEATS = 10


@dataclass(frozen=True, slots=True)
class Course:
    """Votes in the course of time, an entry each. Sittings are counted from 0, over all annotators.

    `position` counts votes in the sitting from 0, `hour` counts from the beginning of
    the person's own day (`hours_of_own_days`), `day` counts days of the study.
    """

    annotator: Integers
    sitting: Integers
    residual: Floats
    position: Floats
    hour: Floats
    day: Floats
    annotators: int


@dataclass(frozen=True, slots=True)
class Slope:
    """Levels per unit of what is counted: a vote, an hour, a day."""

    all: Estimate
    each: tuple[Estimate, ...]


@dataclass(frozen=True, slots=True)
class Sittings:
    """The standard deviation between sittings of one annotator, in levels, beyond what chance gives sittings of their length.

    `share` is its part in the variance of residuals; `sittings` how many were compared; `chance` how often sittings that do not
    differ would look as different as these (the F test).
    """

    sd: float | None
    share: float | None
    chance: float | None
    sittings: int


def residuals(ballots: Ballots, recovered: Recovered) -> Floats:
    """In the ballots' order."""
    return np.asarray(ballots.level - recovered.score[ballots.region] - recovered.bias[ballots.annotator])


def within_sittings(course: Course) -> Slope:
    """Against the position, each sitting compared with itself. Positive: milder as the sitting goes on."""
    return _slope(course, course.position, course.sitting)


def over_the_day(course: Course) -> Slope:
    """Against the hour, over all days: tells something only of people who work early and late."""
    return _slope(course, course.hour, course.annotator)


def hours_of_own_days(moment: Floats, annotator: Integers) -> Floats:
    """Hours since the person's day began: at the end of the longest part of the clock in which they never voted.

    So a day's work stays in one piece wherever people live: midnight of one clock is somebody's noon.
    """
    clock, hours = moment % 86_400 / 3_600, np.zeros(len(moment))
    for person in np.unique(annotator):
        own = annotator == person
        seen = np.unique(clock[own])
        pauses = np.diff(np.append(seen, seen[0] + 24))
        hours[own] = (clock[own] - seen[(pauses.argmax() + 1) % len(seen)]) % 24
    return hours


def over_days(course: Course) -> Slope:
    return _slope(course, course.day, course.annotator)


def between_sittings(course: Course, annotator: int | None = None) -> Sittings:
    """Of one annotator, or of all: the one-way random effect of the sitting, unequal lengths allowed for."""
    own = np.ones(len(course.residual), bool) if annotator is None else course.annotator == annotator
    people = course.annotator[own]
    sitting = np.unique(course.sitting[own], return_inverse=True)[1]
    middle = divide(sums_by(people, course.annotators, course.residual[own]), sums_by(people, course.annotators))
    return _sittings(course.residual[own] - middle[people], sitting, people)


def repeats_over_time(repeats: Repeats, day: Floats, annotators: int) -> Slope:
    """Whether people repeat themselves less well as days pass: the slope of the repeat's absolute difference."""
    away = np.abs(repeats.first - repeats.second)
    course = Course(repeats.annotator, repeats.annotator, away, day, day, day, annotators)
    return _slope(course, day, repeats.annotator, LEAST_REPEATS)


def typical_length(course: Course) -> float:
    """Votes in the median sitting; 0 without any."""
    lengths = np.bincount(course.sitting) if len(course.sitting) else np.zeros(1)
    return float(np.median(lengths[lengths > 0])) if lengths.any() else 0.0


def _slope(course: Course, along: Floats, block: Integers, least: int = LEAST_VOTES) -> Slope:
    """Least squares inside blocks. One annotator's interval is Student's; that of all lets people differ (clusters)."""
    x, y = _inside(along, block), _inside(course.residual, block)
    count = course.annotators
    votes, blocks = sums_by(course.annotator, count), _blocks(course.annotator, block, count)
    square, product = sums_by(course.annotator, count, x**2), sums_by(course.annotator, count, x * y)
    slopes = divide(product, square, least=1e-12)
    left = sums_by(course.annotator, count, (y - slopes[course.annotator] * x) ** 2)
    freedom = votes - blocks - 1
    error = np.sqrt(divide(divide(left, freedom), square, least=1e-12))
    each = [
        _student(slopes[one], error[one], freedom[one]) if votes[one] >= least and square[one] > 1e-12 else UNKNOWN
        for one in range(count)
    ]
    return Slope(_of_all(course.annotator, x, y, np.asarray(votes >= least)), tuple(each))


def _of_all(annotator: Integers, x: Floats, y: Floats, enough: Flags) -> Estimate:
    used = enough[annotator]
    who, x, y = annotator[used], x[used], y[used]
    square = float(x @ x)
    people = len(np.unique(who))
    if people < 2 or square <= 1e-12:
        return UNKNOWN
    value = float(x @ y) / square
    scores = np.bincount(who, x * (y - value * x))
    error = float(np.sqrt(people / (people - 1) * (scores**2).sum())) / square
    return _student(value, error, people - 1)


def _student(value: float, error: float, freedom: float) -> Estimate:
    from scipy.special import stdtrit  # slow import

    half = float(stdtrit(max(freedom, 1.0), 0.975)) * float(error)
    return Estimate(float(value), float(value) - half, float(value) + half)


def _inside(values: Floats, block: Integers) -> Floats:
    """Distances from each block's mean."""
    count = int(block.max()) + 1 if len(block) else 0
    return np.asarray(values - divide(sums_by(block, count, values), sums_by(block, count))[block])


def _blocks(annotator: Integers, block: Integers, annotators: int) -> Floats:
    """How many blocks each annotator has."""
    pairs = np.unique(np.stack([annotator, block]), axis=1)
    return sums_by(pairs[0], annotators)


def _sittings(residual: Floats, sitting: Integers, annotator: Integers) -> Sittings:
    """Nested in people, whose means are taken away already: Searle, Linear Models (1971), chapter 11, unequal lengths."""
    from scipy.special import fdtrc  # slow import

    names, person = np.unique(annotator, return_inverse=True)
    people = len(names)
    lengths = sums_by(sitting, int(sitting.max()) + 1) if len(sitting) else np.zeros(0)
    count, total = len(lengths), float(lengths.sum())
    if count <= people or total <= count:
        return Sittings(None, None, None, count)
    means = sums_by(sitting, count, residual) / lengths
    within = float(((residual - means[sitting]) ** 2).sum()) / (total - count)
    between = float(lengths @ means**2) / (count - people)
    of_sitting = np.zeros(count, np.int64)
    of_sitting[sitting] = person
    typical = (total - float((lengths**2 / sums_by(of_sitting, people, lengths)[of_sitting]).sum())) / (count - people)
    variance = max((between - within) / typical, 0.0)
    share = variance / (variance + within) if variance + within > 0 else 0.0
    chance = float(fdtrc(count - people, total - count, between / within)) if within > 0 else 0.0
    return Sittings(float(np.sqrt(variance)), share, chance, count)
