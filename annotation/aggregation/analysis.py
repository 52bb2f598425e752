"""What is said of a whole panel: agreement, the annotators one by one, scores with biases taken away, drift."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from annotation.aggregation.again import Again, again_of
from annotation.aggregation.agreement import Agreement, agreement_of
from annotation.aggregation.alarms import Alarm, alarms_of, alarms_of_repeats
from annotation.aggregation.ballots import Ballots, Flags, Floats, Integers, divide, sums_by
from annotation.aggregation.batches import TOTAL
from annotation.aggregation.dawid_skene import SecondOpinion, second_opinion
from annotation.aggregation.drift import (
    Course,
    Sittings,
    Slope,
    between_sittings,
    hours_of_own_days,
    over_days,
    over_the_day,
    residuals,
    typical_length,
    within_sittings,
)
from annotation.aggregation.estimates import RESAMPLES
from annotation.aggregation.outsiders import with_outsiders
from annotation.aggregation.panel import Panel
from annotation.aggregation.recovery import Recovered, project
from annotation.aggregation.screening import Signals, screen
from annotation.aggregation.split_half import SPLITS
from annotation.scales import DISTORTIONS, NON_EXISTENT

SCREENED = ("quality", "importance")
"""Distortion levels are mostly "non-existent": what looks odd there is judged on these."""


def agreements(panel: Panel, resamples: int = RESAMPLES, splits: int = SPLITS) -> dict[str, Agreement]:
    """For each scale, and for the distortions together where there are six."""
    found = {
        scale: agreement_of(panel.ballots(scale), top, resamples, splits, image=panel.image)
        for scale, top in panel.tops.items()
        if _some(panel, scale)
    }
    if len(panel.scales) > 1 and found:
        every, image = panel.all_distortions(), panel.image_of_all()
        found[TOTAL] = agreement_of(every, NON_EXISTENT, resamples, splits, image=image)
    return found


def screenings(panel: Panel) -> dict[str, list[Signals]]:
    """Every annotator's signals, the excluded ones' too, on the scales they are judged by."""
    return {
        scale: screen(
            panel.ballots(scale, with_excluded=True),
            condition=panel.condition,
            sitting=panel.votes.sitting[np.isfinite(panel.votes.levels[scale])],
            gold=panel.gold_of(scale),
            repeats=panel.repeats_of(scale),
            times=panel.times(),
        )
        for scale in judged(panel)
    }


def judged(panel: Panel) -> list[str]:
    """The scales that people are judged by; the one of an old experiment, whatever it is called."""
    return [scale for scale in panel.scales if scale in SCREENED or len(panel.scales) == 1]


def recoveries(panel: Panel, how: Callable[[Ballots], Recovered] = project) -> dict[str, Recovered]:
    """Shrunk P.910 on the votes that count unless told otherwise; for a distortion on those that see it. Empty scales are left
    out.

    Scores and errors have an entry for each region of the panel, NaN where there is no such vote. Excluded annotators are
    held against scores that they have no part in.
    """
    counted = {scale: panel.affected(scale) for scale in panel.scales}
    found = {scale: _recovered(ballots, how) for scale, ballots in counted.items() if len(ballots)}
    if not panel.excluded.any():
        return found
    return {scale: with_outsiders(one, _excluded(panel, scale)) for scale, one in found.items()}


def _excluded(panel: Panel, scale: str) -> Ballots:
    every = panel.affected(scale, with_excluded=True)
    return every.where(panel.excluded[every.annotator])


def _recovered(ballots: Ballots, how: Callable[[Ballots], Recovered]) -> Recovered:
    voted, region = np.unique(ballots.region, return_inverse=True)
    compact = Ballots(region.astype(np.int64), ballots.annotator, ballots.level, len(voted), ballots.annotators)
    found = how(compact)

    def spread(values: Floats) -> Floats:
        every = np.full(ballots.regions, np.nan)
        every[voted] = values
        return every

    of_votes = spread(found.error_of_votes)
    return replace(found, score=spread(found.score), error=spread(found.error), error_of_votes=of_votes)


@dataclass(frozen=True, slots=True)
class Drift:
    """`fatigue` is in levels a vote, `hours` a working hour, `days` a day; `length` has the votes of a typical sitting."""

    fatigue: Slope
    hours: Slope
    days: Slope
    length: float
    sittings: Sittings
    again: Again
    alarms: Sequence[Alarm]
    course: Course


def drifts(panel: Panel, recovered: Mapping[str, Recovered]) -> dict[str, Drift]:
    """Of the scales people are judged by. Votes without a sitting are left out."""
    found = {}
    for scale in judged(panel):
        if scale in recovered:
            course, again = course_of(panel, scale, recovered[scale]), again_of(panel, scale)
            found[scale] = Drift(
                fatigue=within_sittings(course),
                hours=over_the_day(course),
                days=over_days(course),
                length=typical_length(course),
                sittings=between_sittings(course),
                again=again,
                alarms=[*alarms_of(course), *alarms_of_repeats(again.slope)],
                course=course,
            )
    return found


def course_of(panel: Panel, scale: str, recovered: Recovered) -> Course:
    """The votes' residuals in the course of time. A person's votes without a sitting say nothing of fatigue."""
    ballots = panel.ballots(scale)
    votes = panel.votes.where(np.isfinite(panel.votes.levels[scale]) & ~panel.excluded[panel.votes.annotator])
    inside = votes.sitting >= 0
    sitting = np.unique(votes.sitting[inside], return_inverse=True)[1]
    moment, annotator = votes.moment[inside], votes.annotator[inside]
    timed = np.isfinite(moment)
    start = moment[timed].min() if timed.any() else 0.0
    return Course(
        annotator=annotator,
        sitting=sitting.astype(np.int64),
        residual=np.asarray(residuals(ballots, recovered)[inside]),
        position=votes.position[inside].astype(float),
        hour=_spread(hours_of_own_days(moment[timed], annotator[timed]), timed, annotator),
        day=_spread(np.floor((moment[timed] - start) / 86_400), timed, annotator),
        annotators=len(panel.annotators),
    )


def _spread(times: Floats, timed: Flags, annotator: Integers) -> Floats:
    """A vote without a time gets its person's mean, where it says nothing of a slope."""
    count = int(annotator.max()) + 1 if len(annotator) else 0
    people = annotator[timed]
    every = divide(sums_by(people, count, times), sums_by(people, count))[annotator]
    every[timed] = times
    return every


def second_opinions(panel: Panel) -> dict[str, SecondOpinion]:
    """Of each distortion, by smoothed Dawid-Skene: class 1 is with."""
    found = {scale: panel.ballots(scale) for scale in panel.scales if scale in DISTORTIONS}
    return {scale: second_opinion(sides_of(ballots), 2) for scale, ballots in found.items() if len(ballots)}


def sides_of(ballots: Ballots) -> Ballots:
    """1 for a vote that sees the distortion, 0 for one that does not."""
    return replace(ballots, level=(ballots.level < NON_EXISTENT).astype(float))


def _some(panel: Panel, scale: str) -> bool:
    return bool(np.isfinite(panel.votes.levels[scale]).any())
