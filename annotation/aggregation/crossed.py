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

from annotation.aggregation.ballots import Ballots, Floats
from annotation.aggregation.estimates import UNKNOWN, Estimate, Z
from annotation.aggregation.mixed_model import Equations, equations_of, solve

_LEAST, _MOST = math.log(1e-8), math.log(1e8)
"""Bounds of a log ratio of variances; at the lower one the component counts as 0."""


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


def crossed(ballots: Ballots, votes: float | None = None) -> Crossed | None:
    """None with fewer than two regions or annotators, and where nothing is left over to compare with.

    Intervals: delta method on the logit, from the observed information of the restricted likelihood. `votes` is the mean
    number of votes on a region unless given.
    """
    regions, people = int((ballots.per_region() > 0).sum()), int((ballots.per_annotator() > 0).sum())
    if min(regions, people) < 2 or len(ballots) <= max(regions, people):
        return None
    equations = equations_of(ballots)
    count = len(ballots) / regions if votes is None else votes
    if equations.square < 1e-12 * len(ballots):
        return None
    logs, rest = _fit(equations)
    variances = np.append(np.where(logs > _LEAST + 1e-3, np.exp(logs), 0.0), 1.0) * rest
    covariance = _covariance(equations, logs, rest)
    ask = partial(_reliability, variances, covariance)
    region, annotator, _ = (float(part) for part in variances)
    return Crossed(region, annotator, rest, count, ask(1, 1), ask(count, 1), ask(1, 0), ask(count, 0))


def _fit(equations: Equations) -> tuple[Floats, float]:
    """Logs of the two variances over the rest's, and the rest's variance."""
    from scipy.optimize import minimize  # slow import

    def criterion(logs: Floats) -> float:
        return _criterion(equations, logs)[0]

    bounds = [(_LEAST, _MOST), (_LEAST, _MOST)]
    found = minimize(criterion, np.zeros(2), method="Nelder-Mead", bounds=bounds, tol=1e-8)
    return np.asarray(found.x), _criterion(equations, found.x)[1]


def _criterion(equations: Equations, logs: Floats) -> tuple[float, float]:
    """Minus twice the restricted log-likelihood with the rest's variance at its best, and that variance."""
    determinant, left, spare = solve(equations, logs)
    rest = max(left / spare, 1e-12)
    return determinant + spare * math.log(rest), rest


def _covariance(equations: Equations, logs: Floats, rest: float) -> Floats | None:
    """Of the logs of the three variances: twice the inverse of the curvature; None where it cannot be had.

    A component at its lower bound counts as known to be 0.
    """
    free = np.append(logs > _LEAST + 1e-3, True)
    point = np.append(logs + math.log(rest), math.log(rest))

    def criterion(moved: Floats) -> float:
        spot = point.copy()
        spot[free] = moved
        determinant, left, spare = solve(equations, spot[:2] - spot[2])
        return float(determinant + spare * spot[2] + left / math.exp(spot[2]))

    curvature = _curvature(criterion, point[free])
    covariance = np.zeros((3, 3))
    try:
        covariance[np.ix_(free, free)] = 2 * np.linalg.inv(curvature)
    except np.linalg.LinAlgError:
        return None
    return covariance if (covariance.diagonal() >= 0).all() else None


def _curvature(criterion: Callable[[Floats], float], point: Floats, step: float = 1e-3) -> Floats:
    """Second derivatives by central differences."""
    steps = np.eye(len(point)) * step
    matrix = [
        [
            criterion(point + a + b) - criterion(point + a - b) - criterion(point - a + b) + criterion(point - a - b)
            for b in steps
        ]
        for a in steps
    ]
    return np.array(matrix) / (4 * step**2)


def _reliability(variances: Floats, covariance: Floats | None, votes: float, leniency: float) -> Estimate:
    """Regions' variance over itself and the error's, on the logit a difference of logs."""
    from scipy.special import expit  # slow import

    region, annotator, rest = variances
    error = (leniency * annotator + rest) / votes
    if region + error <= 0:
        return UNKNOWN
    value = float(region / (region + error))
    if covariance is None or region <= 0:
        return Estimate(value)
    shares = np.array([leniency * annotator, rest]) / (leniency * annotator + rest)
    slope = np.array([1.0, -shares[0], -shares[1]])
    half = Z * math.sqrt(max(float(slope @ covariance @ slope), 0.0))
    low, high = expit(math.log(region / error) + np.array([-half, half]))
    return Estimate(value, float(low), float(high))
