"""Regions, annotators and what is left: variance components by restricted maximum likelihood, for sparse votes.

level = mean + region + annotator + rest, all random. Henderson's mixed-model equations with the regions eliminated leave
one equation for each annotator, however many regions there are. ICCs as in McGraw and Wong (1996): A counts the
annotators' leniency as error, C does not.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from annotation.aggregation.ballots import Ballots, Flags, Floats, Integers
from annotation.aggregation.estimates import SEED, Estimate
from annotation.aggregation.mixed_model import Equations, equations_of, frame_of, solve
from annotation.aggregation.pieces import Spread, curvature_of, pieces, slope_of, spread_of

_LEAST, _MOST = math.log(1e-8), math.log(1e8)
"""Bounds of a log ratio of variances; at the lower one the component counts as 0."""
_ROUGH, _STEPS, _STILL = 1e-2, 12, 1e-6
"""Where the search stops, in logs; from there steps of Newton, at most so many, until they are so short."""


@dataclass(frozen=True, slots=True)
class Crossed:
    """Variances, and reliabilities of one vote and of the mean of `votes` different people's votes."""

    region: float
    annotator: float
    rest: float
    votes: float
    agreement: Estimate
    agreement_of_mean: Estimate
    consistency: Estimate
    consistency_of_mean: Estimate


def crossed(
    ballots: Ballots, votes: float | None = None, image: Integers | None = None, seed: int = SEED
) -> Crossed | None:
    """None with fewer than two regions or annotators, and where nothing is left over to compare with.

    Intervals take photographs (`image` has each region's; regions where it is not known) and people as random, see `spread`.
    `votes` is the mean number of votes on a region unless given.
    """
    regions, people = int((ballots.per_region() > 0).sum()), int((ballots.per_annotator() > 0).sum())
    if min(regions, people) < 2 or len(ballots) <= max(regions, people):
        return None
    frame = frame_of(ballots)
    equations = equations_of(ballots, frame)
    count = len(ballots) / regions if votes is None else votes
    if equations.square < 1e-12 * len(ballots):
        return None
    logs, rest = _fit(equations)
    free = np.append(logs > _LEAST + 1e-3, True)
    point = np.append(logs + math.log(rest), math.log(rest))
    parts = (equations_of(some, frame) for some in pieces(ballots, image, seed))
    spread = spread_of(equations, parts, point, free)
    ask = partial(_reliability, point, free, spread)
    region, annotator, _ = (float(part) for part in np.where(free, np.exp(point), 0.0))
    return Crossed(
        region,
        annotator,
        rest,
        count,
        ask(count=1, leniency=1),
        ask(count=count, leniency=1),
        ask(count=1, leniency=0),
        ask(count=count, leniency=0),
    )


def _fit(equations: Equations) -> tuple[Floats, float]:
    """Logs of the two variances over the rest's, and the rest's variance: found roughly, then by Newton."""
    from scipy.optimize import minimize  # slow import

    def criterion(logs: Floats) -> float:
        return _criterion(equations, logs)[0]

    bounds = [(_LEAST, _MOST), (_LEAST, _MOST)]
    found = np.asarray(minimize(criterion, np.zeros(2), method="Nelder-Mead", bounds=bounds, tol=_ROUGH).x)
    inside = found > _LEAST + 1e-3
    for _ in range(_STEPS if inside.any() else 0):
        before, found = found, _newton(criterion, found, inside)
        if np.abs(found - before).max() < _STILL:
            break
    found = _at_bounds(criterion, found)
    return found, _criterion(equations, found)[1]


def _at_bounds(criterion: Callable[[Floats], float], logs: Floats) -> Floats:
    """A component that might as well be 0 is 0: near it the criterion is flat, and no search gets there."""
    found = logs.copy()
    for place in range(len(logs)):
        least = found.copy()
        least[place] = _LEAST
        if criterion(least) <= criterion(found) + _STILL:
            found = least
    return found


def _newton(criterion: Callable[[Floats], float], logs: Floats, inside: Flags) -> Floats:
    """One step of the components that are not at their bound; none where the criterion is not a bowl."""

    def part(moved: Floats) -> float:
        spot = logs.copy()
        spot[inside] = moved
        return criterion(spot)

    curvature, slopes = curvature_of(part, logs[inside]), slope_of(part, logs[inside])
    if np.linalg.eigvalsh(curvature)[0] <= 0:
        return logs
    moved = logs.copy()
    moved[inside] -= np.clip(np.linalg.solve(curvature, slopes), -1.0, 1.0)
    return np.clip(moved, _LEAST, _MOST)


def _criterion(equations: Equations, logs: Floats) -> tuple[float, float]:
    """Minus twice the restricted log-likelihood with the rest's variance at its best, and that variance."""
    determinant, left, spare = solve(equations, logs)
    rest = max(left / spare, 1e-12)
    return determinant + spare * math.log(rest), rest


def _reliability(point: Floats, free: Flags, spread: Spread | None, count: float, leniency: float) -> Estimate:
    """Regions' variance over itself and the error's, on the logit a difference of logs."""
    from scipy.special import expit  # slow import

    if not free[0]:
        return Estimate(0.0)
    middle = float(_logit(point[None, :], free, count, leniency)[0])
    if spread is None:
        return Estimate(float(expit(middle)))
    people = leniency * math.exp(point[1]) / (leniency * math.exp(point[1]) + math.exp(point[2])) if free[1] else 0.0
    half = spread.half_width(_logit(spread.left_out, free, count, leniency), people)
    low, high = expit(np.array([middle - half, middle + half]))
    return Estimate(float(expit(middle)), float(low), float(high))


def _logit(points: Floats, free: Flags, count: float, leniency: float) -> Floats:
    annotator = np.exp(points[:, 1]) if free[1] else 0.0
    return np.asarray(points[:, 0] - np.log((leniency * annotator + np.exp(points[:, 2])) / count))
