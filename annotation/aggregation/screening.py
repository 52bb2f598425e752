"""Everything that may speak against an annotator's votes, side by side. It only points: excluding is a person's decision."""

from dataclasses import dataclass

import numpy as np

from annotation.aggregation.ballots import Ballots, Flags, Floats, Integers, divide, sums_by
from annotation.aggregation.bt500 import (
    MOST_CORRELATION,
    OUTLYING,
    PER_REGION,
    correlation_rule,
    kurtosis_rule,
    vqeg_rule,
)
from annotation.aggregation.checks import Gold, Repeats, Times, gold_accuracy, pace, repeat_sd
from annotation.aggregation.correlations import with_means, with_others
from annotation.aggregation.recovery import project
from annotation.aggregation.robust import below_the_rest
from annotation.aggregation.signals import DIAGNOSTIC, SIGNALS, Signal, Signals

__all__ = ["DIAGNOSTIC", "SIGNALS", "Signal", "Signals", "screen"]

LEAST_VOTES = 30
"""Below this no signal is a flag."""
LEAST_ANSWERS, LEAST_REPEATS = 10, 10
LOWEST_CORRELATION = 0.5
MOST_INCONSISTENCY = 1.6
"""Times the median annotator's."""
LEAST_VARIANCE = 0.15
"""Of an annotator's own votes on one scale, as P.910-Crowd asks against straight-liners."""
LEAST_GOLD = 0.8
LEAST_REPEAT_SD = 0.5
"""Nobody repeats themselves exactly: half a level is no fault, however steady the others are."""
MOST_IMPLAUSIBLE, MOST_UNUSUAL = 0.1, 3.0


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule's values and thresholds for all annotators."""

    values: Floats
    threshold: float | None
    flagged: Flags
    based_on: Floats
    least: int = 1


def screen(
    ballots: Ballots,
    *,
    inconsistency: Floats | None = None,
    condition: Integers | None = None,
    sitting: Integers | None = None,
    gold: Gold | None = None,
    repeats: Repeats | None = None,
    times: Times | None = None,
) -> list[Signals]:
    """Of every annotator on one scale. `inconsistency` is taken from the shrunk recovery unless given.

    `condition` groups regions for the rule of VQEG, which says nothing without it; `sitting` is each vote's, -1 for none.
    """
    votes = ballots.per_annotator()
    nothing = _Rule(
        np.zeros(ballots.annotators), None, np.zeros(ballots.annotators, bool), np.zeros(ballots.annotators)
    )
    rules = {
        "kurtosis": _kurtosis(ballots),
        "correlation": _correlation(ballots),
        "vqeg": nothing if condition is None else _vqeg(ballots, condition),
        "leave_one_out": _leave_one_out(ballots),
        "inconsistency": _inconsistency(ballots, inconsistency),
        "constant": _constant(ballots, sitting),
        "gold": nothing if gold is None else _gold(gold, ballots.annotators),
        "repeats": nothing if repeats is None else _repeats(repeats, ballots.annotators),
        **(dict.fromkeys(("too_fast", "too_slow", "pace"), nothing) if times is None else _times(times, ballots)),
    }
    return [
        Signals(
            one, int(votes[one]), tuple(_signal(name, rules[name], one, votes[one] < LEAST_VOTES) for name in SIGNALS)
        )
        for one in range(ballots.annotators)
    ]


def _signal(name: str, rule: _Rule, annotator: int, new: bool) -> Signal:
    based_on = int(rule.based_on[annotator])
    too_few = bool(new or based_on < rule.least)
    value = float(rule.values[annotator]) if based_on else None
    flagged = bool(rule.flagged[annotator]) and not too_few
    return Signal(name, value, rule.threshold, flagged, too_few, based_on)


def _kurtosis(ballots: Ballots) -> _Rule:
    found = kurtosis_rule(ballots)
    return _Rule(found.outlying, OUTLYING, found.rejected, ballots.per_annotator())


def _correlation(ballots: Ballots) -> _Rule:
    found = correlation_rule(ballots, most=MOST_CORRELATION)
    return _Rule(found.correlation, found.threshold, found.rejected, ballots.per_annotator())


def _vqeg(ballots: Ballots, condition: Integers) -> _Rule:
    pearson, _ = with_means(ballots)
    return _Rule(pearson, PER_REGION, vqeg_rule(ballots, condition), ballots.per_annotator())


def _leave_one_out(ballots: Ballots) -> _Rule:
    found = with_others(ballots)
    votes = ballots.per_annotator()
    threshold = below_the_rest(found[votes >= LEAST_VOTES], LOWEST_CORRELATION)
    return _Rule(found, threshold, found < threshold, votes)


def _inconsistency(ballots: Ballots, given: Floats | None) -> _Rule:
    """The ratio to the median annotator's."""
    votes = ballots.per_annotator()
    found = _recovered_inconsistency(ballots) if given is None else given
    active = votes > 0
    ratio = divide(found, np.full(len(found), np.median(found[active]) if active.any() else 0.0))
    return _Rule(ratio, MOST_INCONSISTENCY, ratio > MOST_INCONSISTENCY, votes)


def _recovered_inconsistency(ballots: Ballots) -> Floats:
    """Regions without votes are left aside."""
    voted = np.flatnonzero(ballots.per_region() > 0)
    if not len(voted):
        return np.zeros(ballots.annotators)
    place = np.searchsorted(voted, ballots.region)
    return project(Ballots(place, ballots.annotator, ballots.level, len(voted), ballots.annotators)).inconsistency


def _constant(ballots: Ballots, sitting: Integers | None) -> _Rule:
    """Own variance, or that of the most monotonous sitting of LEAST_VOTES, below LEAST_VARIANCE.

    Below a quarter of the median annotator's where a scale has little to tell apart.
    """
    votes = ballots.per_annotator()
    variance = _own_variance(ballots.annotator, ballots.annotators, ballots.level)
    known = variance[votes >= LEAST_VOTES]
    threshold = min(LEAST_VARIANCE, float(np.median(known)) / 4) if len(known) else LEAST_VARIANCE
    if sitting is not None:
        variance = np.minimum(variance, _most_monotonous(ballots, sitting))
    return _Rule(variance, threshold, variance < threshold, votes)


def _most_monotonous(ballots: Ballots, sitting: Integers) -> Floats:
    """The least variance of an annotator's long sittings, infinite without one. Votes outside sittings have number -1."""
    inside = sitting >= 0
    pairs = np.stack([ballots.annotator[inside], sitting[inside]])
    whose, place = np.unique(pairs, axis=1, return_inverse=True)
    place, count = place.ravel(), whose.shape[1]
    long = sums_by(place, count) >= LEAST_VOTES
    least = np.full(ballots.annotators, np.inf)
    np.minimum.at(least, whose[0][long], _own_variance(place, count, ballots.level[inside])[long])
    return least


def _own_variance(group: Integers, groups: int, level: Floats) -> Floats:
    votes = sums_by(group, groups)
    middle = divide(sums_by(group, groups, level), votes)
    return divide(sums_by(group, groups, (level - middle[group]) ** 2), votes - 1)


def _gold(gold: Gold, annotators: int) -> _Rule:
    answers, right = gold_accuracy(gold, annotators)
    return _Rule(right, LEAST_GOLD, right < LEAST_GOLD, answers, LEAST_ANSWERS)


def _repeats(repeats: Repeats, annotators: int) -> _Rule:
    pairs, deviation = repeat_sd(repeats, annotators)
    known = deviation[pairs >= LEAST_REPEATS]
    usual = MOST_INCONSISTENCY * float(np.median(known)) if len(known) else 0.0
    threshold = max(usual, LEAST_REPEAT_SD)
    return _Rule(deviation, threshold, deviation > threshold, pairs, LEAST_REPEATS)


def _times(times: Times, ballots: Ballots) -> dict[str, _Rule]:
    found = pace(times, ballots.annotators)
    return {
        "too_fast": _Rule(found.too_fast, MOST_IMPLAUSIBLE, found.too_fast > MOST_IMPLAUSIBLE, found.votes),
        "too_slow": _Rule(found.too_slow, MOST_IMPLAUSIBLE, found.too_slow > MOST_IMPLAUSIBLE, found.votes),
        "pace": _Rule(found.unusual, MOST_UNUSUAL, np.abs(found.unusual) > MOST_UNUSUAL, found.votes),
    }
