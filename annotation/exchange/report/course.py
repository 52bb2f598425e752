"""What a report says of the course of a study: drift, second looks, a second opinion."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annotation.aggregation.again import Repeated
    from annotation.aggregation.analysis import Drift
    from annotation.aggregation.estimates import Estimate
    from annotation.aggregation.panel import Panel
    from annotation.aggregation.recovery import Recovered

VOTES = 50
"""Fatigue is told over so many votes of a sitting."""


@dataclass(frozen=True, slots=True)
class CoursePart:
    """One scale. `fatigue` is empty without sittings, `again` without second looks; `change` is theirs over a week."""

    scale: str
    fatigue: "Estimate | None"
    sittings: int
    between: float | None
    again: "Repeated | None"
    change: "Estimate"
    alarms: int


@dataclass(frozen=True, slots=True)
class Opinion:
    """On how many regions with votes a second opinion on one distortion is another than most votes'."""

    scale: str
    regions: int
    differs: int


def course_parts(panel: "Panel", recovered: "Mapping[str, Recovered]") -> tuple[CoursePart, ...]:
    """Of the scales that annotators are judged by; scales about whose course nothing is known are left out."""
    from annotation.aggregation.analysis import drifts, judged  # slow import

    found = drifts(panel, recovered)
    parts = [_part(panel, scale, found.get(scale)) for scale in judged(panel)]
    return tuple(part for part in parts if part.fatigue or part.again)


def _part(panel: "Panel", scale: str, drift: "Drift | None") -> CoursePart:
    from annotation.aggregation.again import again_of

    again = again_of(panel, scale) if drift is None else drift.again
    sat = drift is not None and len(drift.course.residual) > 0
    return CoursePart(
        scale=scale,
        fatigue=_times(drift.fatigue.all, VOTES) if drift and sat else None,
        sittings=drift.sittings.sittings if drift else 0,
        between=drift.sittings.sd if drift else None,
        again=again.all if again.all.pairs else None,
        change=_times(again.slope.all, 7),
        alarms=len(drift.alarms) if drift else 0,
    )


def _times(estimate: "Estimate", reach: float) -> "Estimate":
    from annotation.aggregation.estimates import Estimate

    return Estimate(*(None if end is None else end * reach for end in (estimate.value, estimate.low, estimate.high)))


def opinions(panel: "Panel") -> tuple[Opinion, ...]:
    """Nothing where there are no distortions."""
    from annotation.aggregation.analysis import second_opinions, sides_of  # slow import

    found = []
    for scale, opinion in second_opinions(panel).items():
        ballots = sides_of(panel.ballots(scale))
        votes, seen = ballots.per_region(), ballots.per_region(ballots.level)
        differs = (votes > 0) & ((2 * seen >= votes) != (opinion.classes[:, 1] > 0.5))
        found.append(Opinion(scale, int((votes > 0).sum()), int(differs.sum())))
    return tuple(found)
