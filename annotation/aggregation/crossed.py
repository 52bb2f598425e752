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

from annotation.aggregation.ballots import Ballots, Floats, sums_by
from annotation.aggregation.estimates import UNKNOWN, Estimate, Z

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


@dataclass(frozen=True, slots=True)
class _Equations:
    """What is left of the votes: regions go together by their number of votes, a row or matrix each.

    `shared[m]` counts for each pair of annotators the regions with m votes that both voted on; `met[m]` sums the regions'
    totals over each annotator's regions.
    """

    sizes: Floats
    regions: Floats
    shared: Floats
    met: Floats
    totals: Floats
    squared: Floats
    own_votes: Floats
    own_totals: Floats
    square: float


def crossed(ballots: Ballots, votes: float | None = None) -> Crossed | None:
    """None with fewer than two regions or annotators, and where nothing is left over to compare with.

    Intervals: delta method on the logit, from the observed information of the restricted likelihood. `votes` is the mean
    number of votes on a region unless given.
    """
    regions, people = int((ballots.per_region() > 0).sum()), int((ballots.per_annotator() > 0).sum())
    if min(regions, people) < 2 or len(ballots) <= max(regions, people):
        return None
    equations = _equations(ballots)
    count = len(ballots) / regions if votes is None else votes
    if equations.square < 1e-12 * len(ballots):
        return None
    logs, rest = _fit(equations)
    variances = np.append(np.where(logs > _LEAST + 1e-3, np.exp(logs), 0.0), 1.0) * rest
    covariance = _covariance(equations, logs, rest)
    ask = partial(_reliability, variances, covariance)
    region, annotator, _ = (float(part) for part in variances)
    return Crossed(region, annotator, rest, count, ask(1, 1), ask(count, 1), ask(1, 0), ask(count, 0))


def _equations(ballots: Ballots) -> _Equations:
    from scipy.sparse import csr_array  # slow import

    voters = np.unique(ballots.annotator)
    level = ballots.level - ballots.level.mean() if len(ballots) else ballots.level
    votes, totals = ballots.per_region(), ballots.per_region(level)
    place = np.searchsorted(voters, ballots.annotator)
    voted = csr_array((np.ones(len(ballots)), (ballots.region, place)), shape=(ballots.regions, len(voters)))
    sizes, regions = np.unique(votes[votes > 0], return_counts=True)
    groups = [voted[votes == size] for size in sizes]
    return _Equations(
        sizes=sizes,
        regions=regions.astype(float),
        shared=np.array([(group.T @ group).toarray() for group in groups]),
        met=np.array([group.T @ totals[votes == size] for group, size in zip(groups, sizes, strict=True)]),
        totals=np.array([totals[votes == size].sum() for size in sizes]),
        squared=np.array([(totals[votes == size] ** 2).sum() for size in sizes]),
        own_votes=sums_by(place, len(voters)),
        own_totals=sums_by(place, len(voters), level),
        square=float(level @ level),
    )


def _fit(equations: _Equations) -> tuple[Floats, float]:
    """Logs of the two variances over the rest's, and the rest's variance."""
    from scipy.optimize import minimize  # slow import

    def criterion(logs: Floats) -> float:
        return _criterion(equations, logs)[0]

    bounds = [(_LEAST, _MOST), (_LEAST, _MOST)]
    found = minimize(criterion, np.zeros(2), method="Nelder-Mead", bounds=bounds, tol=1e-8)
    return np.asarray(found.x), _criterion(equations, found.x)[1]


def _criterion(equations: _Equations, logs: Floats) -> tuple[float, float]:
    """Minus twice the restricted log-likelihood with the rest's variance at its best, and that variance."""
    determinant, left, spare = _solve(equations, logs)
    rest = max(left / spare, 1e-12)
    return determinant + spare * math.log(rest), rest


def _solve(equations: _Equations, logs: Floats) -> tuple[float, float, float]:
    """The log determinant, y'Py and the degrees of freedom, in units of the rest's variance."""
    region, annotator = np.exp(logs)
    weight = 1 / (equations.sizes + 1 / region)
    count = len(equations.own_votes)
    system = np.empty((count + 1, count + 1))
    system[1:, 1:] = np.diag(equations.own_votes + 1 / annotator) - np.tensordot(weight, equations.shared, 1)
    alone = (equations.shared * (1 - weight * equations.sizes)[:, None, None]).sum(axis=0).diagonal()
    system[0, 1:] = system[1:, 0] = alone
    system[0, 0] = float(equations.regions @ (equations.sizes - equations.sizes**2 * weight))
    right = np.append(equations.totals @ (1 - equations.sizes * weight), equations.own_totals - weight @ equations.met)
    lower = np.linalg.cholesky(system)
    half = np.linalg.solve(lower, right)
    determinant = 2 * float(np.log(lower.diagonal()).sum()) + count * logs[1]
    determinant += float(equations.regions @ np.log(equations.sizes * region + 1))
    left = equations.square - float(weight @ equations.squared) - float(half @ half)
    return determinant, left, float(equations.regions @ equations.sizes) - 1


def _covariance(equations: _Equations, logs: Floats, rest: float) -> Floats | None:
    """Of the logs of the three variances: twice the inverse of the curvature; None where it cannot be had.

    A component at its lower bound counts as known to be 0.
    """
    free = np.append(logs > _LEAST + 1e-3, True)
    point = np.append(logs + math.log(rest), math.log(rest))

    def criterion(moved: Floats) -> float:
        spot = point.copy()
        spot[free] = moved
        determinant, left, spare = _solve(equations, spot[:2] - spot[2])
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
